const keptOutside = /^(?:\$(?:SYSTEM|FILE):[_a-zA-Z0-9]+|\{?\s*wso2:vault-lookup\('[^']*'\)\s*\}?)$/;

/**
 * Writes a value so that a {@link ConfiguredValue} is just that, byte for byte, although a text in braces is an expression
 * there and blanks around it do not count. A value that is kept outside (`$SYSTEM:`, `$FILE:`, the vault) stays what it is.
 */
export function literalValue(text: string): string {
  if (keptOutside.test(text)) return text.includes('vault-lookup') ? `{${text.replace(/^\{|\}$/g, '')}}` : text;
  const safe = text.trim() === text && !/^[{$]/.test(text);
  return safe ? text : `{${xpathLiteral(text)}}`;
}

function xpathLiteral(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  return `concat('${text.split("'").join(`', "'", '`)}')`;
}

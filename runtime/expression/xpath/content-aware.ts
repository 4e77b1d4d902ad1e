const unbuiltScopes = new Set(['registry', 'system', 'transport', 'env', 'file']);

/**
 * Whether the body has to be built before an XPath expression runs. The reference decides by its text (message-model
 * 3.3): a slash anywhere says yes, `$ctx`, `$trp` or `$axis2` anywhere says no.
 */
export function isContentAware(text: string): boolean {
  if (/\$(?:trp|ctx|axis2)/.test(text)) return false;
  const first = /get-property\(([^)]*)/.exec(text)?.[1]?.split(',') ?? [];
  const scope = first.length > 1 ? first[0]?.trim().replace(/^['"]|['"]$/g, '') : undefined;
  if (scope !== undefined && unbuiltScopes.has(scope)) return false;
  return text.includes('/') || text.includes("get-property('From'") || text.includes("get-property('FAULT')");
}

/**
 * JSON as the management calls write it: one member a line, `"name" : "value"`, items of an array in its line. Scripts of
 * the field cut values out of such lines (api-management 2.9).
 */
export function prettyJson(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? '[ ]' : `[ ${value.map((item) => prettyJson(item, indent)).join(', ')} ]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{ }';
  const deeper = `${indent}  `;
  const lines = members.map(([name, member]) => `${deeper}${JSON.stringify(name)} : ${prettyJson(member, deeper)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

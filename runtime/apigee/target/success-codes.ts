/**
 * Reads the property `success.codes`: codes and classes, `2xx, 304`.
 * @returns undefined for a text that is no such list
 */
export function successCodes(text: string): ((status: number) => boolean) | undefined {
  const codes = text.split(',').map((code) => code.trim().toLowerCase());
  if (!codes.every((code) => /^[1-9](?:xx|\d\d)$/.test(code))) return undefined;
  return (status) => codes.some((code) => code === String(status) || code === `${String(status)[0]}xx`);
}

/** Without the property (api-management 2.2). */
export const defaultSuccessCodes = '1xx,2xx,3xx';

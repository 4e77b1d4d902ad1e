import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** PEM as it stands in XML: lines may be indented. */
function pem(text: string): string {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim())
    .join('\n');
}

/** The key that signs by an algorithm such as `HS256` or `RS256`. @throws Error when the text is no such key */
export function signingKey(algorithm: string, text: string): KeyObject | Uint8Array {
  return algorithm.startsWith('HS') ? Buffer.from(text, 'utf8') : createPrivateKey(pem(text));
}

/** The key that checks signatures; a certificate will do. @throws Error when the text is no such key */
export function verificationKey(algorithm: string, text: string): KeyObject | Uint8Array {
  return algorithm.startsWith('HS') ? Buffer.from(text, 'utf8') : createPublicKey(pem(text));
}

import type { ConfigElement } from '../runtime/configuration/element.js';

/** Bytes of what RSA encrypts, with keys of the usual sizes. */
const cipherSizes = new Set([128, 256, 384, 512]);

/**
 * Whether a text is a password as the management console of a Carbon server writes it (mediators 12): encrypted with the
 * server's key, in Base64, alone or in JSON that names the algorithm.
 */
function isCipherText(text: string): boolean {
  const packed = text.replace(/\s+/g, '');
  if (packed.length < 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return false;
  const bytes = Buffer.from(packed, 'base64');
  return cipherSizes.has(bytes.length) || /^\{"c":/.test(bytes.toString('latin1'));
}

/** Refuses a password that nobody here can decrypt. @param attribute that holds it @throws ConfigurationError */
export function refuseCipherText(element: ConfigElement, text: string, attribute?: string): void {
  if (!isCipherText(text)) return;
  element.fail('encrypted-password', 'The password is encrypted with the key store of a Carbon server', {
    ...(attribute === undefined ? {} : { attribute }),
    hint: "write wso2:vault-lookup('alias'), $SYSTEM:NAME or $FILE:key, and keep the password there",
  });
}

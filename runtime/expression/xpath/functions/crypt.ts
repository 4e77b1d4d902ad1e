import { constants, privateDecrypt, publicEncrypt } from 'node:crypto';
import { XPathError } from '../focus.js';
import { stringOf } from '../values.js';
import type { XPathFunction } from './function.js';
import { type KeyEntry, keyEntry } from './keystore.js';

/** Java's names of the RSA paddings that Node has too. */
const paddings: Readonly<Record<string, number>> = {
  rsa: constants.RSA_PKCS1_PADDING,
  'rsa/ecb/pkcs1padding': constants.RSA_PKCS1_PADDING,
  'rsa/ecb/oaeppadding': constants.RSA_PKCS1_OAEP_PADDING,
  'rsa/ecb/oaepwithsha-1andmgf1padding': constants.RSA_PKCS1_OAEP_PADDING,
  'rsa/ecb/oaepwithsha1andmgf1padding': constants.RSA_PKCS1_OAEP_PADDING,
};

interface Arguments {
  readonly text: string;
  readonly entry: KeyEntry;
  readonly padding: number;
}

/** `(text, keystore, password, alias [, storeType [, algorithm]])`; the store's type is told from the file itself. */
function argumentsOf(name: string, args: readonly unknown[]): Arguments {
  if (args.length < 4 || args.length > 6) {
    throw new XPathError(
      `${name}() has ${args.length} arguments, it takes text, key store, password and alias, then a store type and an algorithm`,
    );
  }
  const [text = '', path = '', password = '', alias = '', , algorithm = 'RSA'] = args.map(stringOf);
  const padding = paddings[algorithm.toLowerCase()];
  if (padding === undefined) {
    throw new XPathError(
      `${name}() does not know the algorithm ${algorithm}: use RSA or RSA/ECB/OAEPWithSHA-1AndMGF1Padding`,
    );
  }
  return { text, entry: keyEntry(path, password, alias), padding };
}

/** `encrypt(…)`: with the certificate of the entry, as Base64 (message-model 3.2). */
export const encrypt: XPathFunction = (args) => {
  const { text, entry, padding } = argumentsOf('encrypt', args);
  return publicEncrypt({ key: entry.publicKey(), padding }, Buffer.from(text)).toString('base64');
};

/** `decrypt(…)`: Base64 text with the private key of the entry. */
export const decrypt: XPathFunction = (args) => {
  const { text, entry, padding } = argumentsOf('decrypt', args);
  const key = entry.privateKey();
  try {
    return privateDecrypt({ key, padding }, Buffer.from(text, 'base64')).toString('utf8');
  } catch (error) {
    // Older versions refuse PKCS#1 v1.5 altogether, because a failure there tells an attacker about the plain text.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_INVALID_ARG_VALUE') throw error;
    throw new XPathError('decrypt() with RSA needs Node.js 24: upgrade, or use RSA/ECB/OAEPWithSHA-1AndMGF1Padding');
  }
};

import { createHmac } from 'node:crypto';
import { Fault } from '../../../message/fault.js';
import { XPathError } from '../focus.js';
import { stringOf } from '../values.js';
import type { XPathFunction } from './function.js';

/** `hmac-generate(payload, secret [, algorithm])`: lower-case hexadecimal, "" without a secret argument. */
export const hmacGenerate: XPathFunction = (args) => {
  if (args.length > 3) throw new XPathError(`hmac-generate() has ${args.length} arguments, it takes 2 or 3`);
  if (args.length < 2) return '';
  const [payload = '', secret = '', algorithm = 'HmacSHA1'] = args.map(stringOf);
  if (secret === '') throw new Fault('Empty key');
  return createHmac(digestOf(algorithm), secret).update(payload).digest('hex');
};

/** Java's names: HmacMD5, HmacSHA1, HmacSHA256, HmacSHA512/256, HmacSHA3-256 … */
function digestOf(algorithm: string): string {
  const found = /^Hmac(MD5|SHA(?:1|224|256|384|512|512\/224|512\/256|3-224|3-256|3-384|3-512))$/i.exec(algorithm)?.[1];
  if (!found) throw new XPathError(`Algorithm ${algorithm} not available`);
  return found.toLowerCase().replace('/', '-');
}

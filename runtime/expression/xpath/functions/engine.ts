import { decrypt, encrypt } from './crypt.js';
import { base64Decode, base64Encode, urlEncode } from './encoding.js';
import type { XPathFunction } from './function.js';
import { hmacGenerate } from './hmac.js';
import { hashicorpLookup, vaultLookup } from './vault.js';

const functions = new Map<string, XPathFunction>([
  ['base64Encode', base64Encode],
  ['base64Decode', base64Decode],
  ['url-encode', urlEncode],
  ['hmac-generate', hmacGenerate],
  ['encrypt', encrypt],
  ['decrypt', decrypt],
  ['vault-lookup', vaultLookup],
]);

/** Their names. */
export const engineFunctionNames: readonly string[] = [...functions.keys()];

/** The engine's own functions, known under every prefix (message-model 3.2). */
export function engineFunction(name: string, prefix: string): XPathFunction | undefined {
  return name === 'vault-lookup' && prefix === 'hashicorp' ? hashicorpLookup : functions.get(name);
}

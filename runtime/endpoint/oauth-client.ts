import type { ConfigElement } from '../configuration/element.js';
import type { Message } from '../message/message.js';
import { usualAlgorithm } from '../outbound-oauth/assertion.js';
import type { ClientAuthentication } from '../outbound-oauth/token-request.js';
import { fixedText, optional, pem, privateKey, type Reading } from './oauth-values.js';

/** How the client of a grant shows who it is. */
export interface CompiledClient {
  /** Whether it has a `<clientSecret>`. */
  readonly hasSecret: boolean;
  /** The same for all messages; undefined when it has to be evaluated. */
  readonly constant: ClientAuthentication | undefined;
  evaluate(message: Message): Promise<ClientAuthentication>;
}

/**
 * Reads `<authMode>`, or the key of `private_key_jwt`.
 * @throws ConfigurationError for a key that cannot be read or does not sign
 */
export function compileClient(element: ConfigElement, reading: Reading): CompiledClient {
  const key = element.element('privateKey');
  if (key?.text.trim()) return keyClient(element, key, reading);
  const mode = optional(element, 'authMode', reading);
  return {
    hasSecret: true,
    constant: mode && mode.constant === undefined ? undefined : secretClient(mode?.constant ?? ''),
    evaluate: async (message) => secretClient((await mode?.evaluate(message)) ?? ''),
  };
}

/** `payload`, `encodedHeader`; anything else is the header, as in the reference. */
function secretClient(authMode: string): ClientAuthentication {
  const mode = authMode.toLowerCase();
  return mode === 'payload' ? { kind: 'form' } : { kind: 'basic', encoded: mode === 'encodedheader' };
}

/** `<privateKey>` with `<keyPassphrase>`, `<keyId>`, `<signingAlgorithm>` and `<assertionAudience>`. */
function keyClient(element: ConfigElement, key: ConfigElement, reading: Reading): CompiledClient {
  const text = pem(key, reading);
  const passphrase = fixedText(element.element('keyPassphrase'), reading);
  const child = (name: string) => element.element(name)?.text.trim() || undefined;
  const named = { algorithm: child('signingAlgorithm'), keyId: child('keyId'), audience: child('assertionAudience') };
  const open = (pemText: string, phrase: string | undefined): ClientAuthentication => {
    const opened = privateKey(pemText, phrase);
    const algorithm = named.algorithm ?? usualAlgorithm(opened);
    if (!algorithm) throw new Error('the private key is of a kind that signs no assertions');
    return { kind: 'private_key_jwt', assertion: { ...named, key: opened, algorithm } };
  };
  let known: { readonly text: string; readonly authentication: ClientAuthentication } | undefined;
  const evaluate = async ({ environment }: Message): Promise<ClientAuthentication> => {
    const now = text?.(environment) ?? '';
    if (known?.text !== now) known = { text: now, authentication: open(now, passphrase?.(environment)) };
    return known.authentication;
  };
  const inVault = [key, element.element('keyPassphrase')].some((one) => one?.text.includes('vault-lookup('));
  if (inVault) return { hasSecret: false, constant: undefined, evaluate };
  try {
    // Nothing of it is asked of an environment.
    const constant = open(text?.(undefined as never) ?? '', passphrase?.(undefined as never));
    return { hasSecret: false, constant, evaluate };
  } catch (error) {
    return reading.refuse(key, (error as Error).message);
  }
}

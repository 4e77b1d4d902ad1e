import { parseTarget } from '../transport/target.js';
import { signAssertion } from './assertion.js';
import { type NamedText, type TokenRequest, tokenExchange } from './token-request.js';

/** What is written to the token endpoint. */
export interface TokenForm {
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string;
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Makes the request of RFC 6749 4 or RFC 8693 2.1; a signed assertion is made anew each time. */
export async function tokenForm(request: TokenRequest): Promise<TokenForm> {
  const { authentication, clientId, clientSecret, keepsEncoded } = request;
  const pairs: string[] = grantPairs(request).map(([name, value]) => `${name}=${formValue(value, keepsEncoded)}`);
  const add = (name: string, value: string): void => void pairs.push(`${name}=${formValue(value, keepsEncoded)}`);
  if (authentication.kind === 'form') {
    add('client_id', clientId);
    add('client_secret', clientSecret);
  } else if (authentication.kind === 'private_key_jwt') {
    add('client_id', clientId);
    add('client_assertion_type', assertionType);
    add('client_assertion', await signAssertion(authentication.assertion, clientId, request.tokenUrl));
  }
  for (const [name, value] of request.parameters) {
    pairs.push(`${encodeForm(name)}=${formValue(value, keepsEncoded, true)}`);
  }
  return { headers: headersOf(request), body: pairs.join('&') };
}

function grantPairs(request: TokenRequest): NamedText[] {
  const { grant, parameters } = request;
  const pairs: NamedText[] = [['grant_type', grant]];
  if (grant === 'refresh_token') pairs.push(['refresh_token', request.refreshToken]);
  if (grant === 'password') pairs.push(['username', request.username], ['password', request.password]);
  if (grant === tokenExchange) {
    pairs.push(['subject_token', request.subjectToken]);
    const own = parameters.some(([name]) => name === 'subject_token_type');
    if (!own) pairs.push(['subject_token_type', request.subjectTokenType]);
  }
  return pairs;
}

/** Headers that the call itself decides about: configured ones of these names are not sent. */
const own = new Set(['host', 'content-type']);

function headersOf({ tokenUrl, clientId, clientSecret, authentication, headers }: TokenRequest): string[] {
  const pairs = ['Host', parseTarget(tokenUrl).authority, 'Content-Type', 'application/x-www-form-urlencoded'];
  const basic = authentication.kind === 'basic';
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (!own.has(lower) && !(basic && lower === 'authorization')) pairs.push(name, value);
  }
  if (basic) {
    const text = (value: string): string => (authentication.encoded ? encodeForm(value) : value);
    const both = Buffer.from(`${text(clientId)}:${text(clientSecret)}`, 'utf8').toString('base64');
    pairs.push('Authorization', `Basic ${both}`);
  }
  return pairs;
}

/** A value as application/x-www-form-urlencoded has it. */
export function encodeForm(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/**
 * The value encoded, unless it must be taken to be encoded already: it has an escape, and no character that encoding would
 * have replaced. A `+` shows that of parameters only: in a secret it is a character like others.
 */
function formValue(value: string, keepsEncoded: boolean, plusShows = false): string {
  if (keepsEncoded && /^(?:[\w.~*!'():/@,;$-]|\+|%[0-9a-f]{2})*$/i.test(value)) {
    if (/%[0-9a-f]{2}/i.test(value) || (plusShows && value.includes('+'))) return value;
  }
  return encodeForm(value);
}

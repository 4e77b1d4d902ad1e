import { TokenError } from './token-error.js';

/** What a token endpoint granted. */
export interface TokenAnswer {
  readonly accessToken: string;
  /** Seconds; undefined when the server does not say. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
  /** The members that were asked for, those that are there. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Anything else breaks the header, or adds another one. */
const sendable = /^[\x20-\x7e]+$/;

/**
 * Reads the body of a 200 (RFC 6749 5.1), whatever its Content-Type says.
 * @param fields names of further members that are wanted
 * @throws TokenError
 */
export function readTokenAnswer(body: string, tokenUrl: string, fields: readonly string[]): TokenAnswer {
  const text = body.replace(/^\ufeff/, '').trim();
  if (!text.startsWith('{')) throw new TokenError('no-json', tokenUrl);
  let answer: Record<string, unknown>;
  try {
    answer = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // The parser's own message quotes the text, which may hold the token.
    throw new TokenError('malformed-json', tokenUrl);
  }
  return {
    accessToken: accessToken(answer.access_token, tokenUrl),
    expiresIn: seconds(answer.expires_in),
    refreshToken: typeof answer.refresh_token === 'string' ? answer.refresh_token || undefined : undefined,
    fields: Object.fromEntries(fields.flatMap((name) => (Object.hasOwn(answer, name) ? [[name, answer[name]]] : []))),
  };
}

function accessToken(value: unknown, tokenUrl: string): string {
  if (value === null) throw new TokenError('null-token', tokenUrl);
  const token = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof token !== 'string' || !sendable.test(token) || token.trim() === '') {
    throw new TokenError('no-token', tokenUrl);
  }
  return token;
}

/** `3599` or `"3599"`, as some servers write it (api-management 3.11 rule 7). */
function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** `error` of a refusal (RFC 6749 5.2), when it looks like one: what else stands there may repeat what was sent. */
export function refusalCode(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' && /^[\w.-]{1,64}$/.test(error) ? error : undefined;
  } catch {
    return undefined;
  }
}

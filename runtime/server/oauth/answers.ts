import { Readable } from 'node:stream';
import type { Context, Next } from 'koa';
import { isObject } from '../apim-model/json-object.js';

const maxBodyBytes = 64 * 1024;

/** A failure as the reference words it (api-management 1.13). */
interface OAuthFailure {
  status: number;
  error: string;
  error_description: string;
}

export const invalidClient: OAuthFailure = {
  status: 401,
  error: 'invalid_client',
  error_description: 'Client credentials are invalid.',
};

/** Writes a failure, with the challenge that 401 needs. */
export function writeFailure(ctx: Context, { status, ...body }: OAuthFailure): void {
  ctx.status = status;
  if (status === 401) ctx.set('WWW-Authenticate', 'Basic realm="mediant"');
  ctx.body = body;
}

/** Turns the failures of oidc-provider into the ones that clients of the reference know. */
export async function answerAsReference(ctx: Context, next: Next): Promise<void> {
  await next();
  const { body } = ctx;
  if (ctx.status < 400 || !isObject(body) || typeof body.error !== 'string') return;
  const description = typeof body.error_description === 'string' ? body.error_description : '';
  const failure = referenceFailure(ctx.status, body.error, description);
  ctx.remove('WWW-Authenticate');
  writeFailure(ctx, failure);
}

function referenceFailure(status: number, error: string, description: string): OAuthFailure {
  if (error === 'invalid_client' || isMissingAuthentication(description)) return invalidClient;
  if (description === 'requested grant type is not allowed for this client') {
    const text = 'The authenticated client is not authorized to use this authorization grant type';
    return { status: 400, error: 'unauthorized_client', error_description: text };
  }
  if (error === 'unsupported_grant_type') {
    return { status: 400, error, error_description: 'Unsupported grant_type value' };
  }
  return { status, error, error_description: description };
}

/** oidc-provider calls these bad requests; to the caller they are failed client authentication. */
function isMissingAuthentication(description: string): boolean {
  return (
    description === 'no client authentication mechanism provided' ||
    description.startsWith('invalid authorization header value format') ||
    description.startsWith('client_secret must be provided') ||
    description.includes('in the authorization header are not properly encoded')
  );
}

/**
 * The token endpoint takes a JSON body too (api-management 1.13): oidc-provider, which reads forms only, gets the
 * same parameters as a form.
 */
export async function readJsonBody(ctx: Context, next: Next): Promise<void> {
  if (ctx.method === 'POST' && ctx.is('application/json')) {
    const form = Buffer.from(new URLSearchParams(await readJson(ctx)).toString());
    const stream = Readable.from([form]);
    Object.defineProperties(ctx.req, {
      readable: { value: true },
      iterator: { value: (options?: { destroyOnReturn?: boolean }) => stream.iterator(options) },
    });
    ctx.req.headers['content-type'] = 'application/x-www-form-urlencoded';
    ctx.req.headers['content-length'] = String(form.length);
  }
  await next();
}

async function readJson(ctx: Context): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) return {};
    chunks.push(chunk);
  }
  const parsed = parseOrNothing(Buffer.concat(chunks).toString('utf8'));
  const entries = Object.entries(isObject(parsed) ? parsed : {});
  return Object.fromEntries(entries.flatMap(([name, value]) => (isScalar(value) ? [[name, String(value)]] : [])));
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

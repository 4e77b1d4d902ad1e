import { respondEmpty } from '../../message/empty-answer.js';
import type { Message } from '../../message/message.js';
import { listedMethods } from './cors.js';
import type { Resource } from './resource.js';
import { resourceAt } from './select-resource.js';

/** CORS of one API, in place of the server-wide switches (artifacts 1.8 "Per-API CORS", api-management 1.20). */
export interface CorsPolicy {
  /** Exact origins, `*`, or patterns with `*`. */
  readonly origins: readonly string[];
  /** Methods that may be asked for; undefined: those of the resource. */
  readonly methods: readonly string[] | undefined;
  readonly headers: string;
  readonly credentials: boolean;
  readonly maxAge: string | undefined;
}

const ORIGIN = 'mediant.cors.origin';
const POLICY = 'mediant.cors.policy';

/**
 * Handler of an API with a policy of its own: answers a pre-flight, and remembers what the answer of any other request
 * will carry.
 * @returns false when it has answered
 */
export async function runCorsPolicy(
  message: Message,
  policy: CorsPolicy,
  resources: readonly Resource[],
  refuse: (message: Message, status: 404 | 405) => Promise<unknown>,
): Promise<boolean> {
  // The server-wide handling stays out of it.
  message.setProperty('_SYNAPSE_INTERNAL_REST_CORS_PER_API_ENABLED', true);
  const origin = message.headers.text('Origin');
  message.operation.set(POLICY, policy);
  if (origin !== undefined) message.operation.set(ORIGIN, origin);
  if (message.axis2.get('HTTP_METHOD') !== 'OPTIONS') return true;
  const path = String(message.properties.get('REST_SUB_REQUEST_PATH'));
  const resource = resourceAt(resources, path);
  if (resource?.methods.includes('OPTIONS')) return true;
  const wanted = message.headers.text('Access-Control-Request-Method');
  if (!resource) await refuse(message, 404);
  else if (wanted === undefined) await refuse(message, 405);
  else await answerPreflight(message, policy, methodsAt(resources, path));
  return false;
}

/** All methods that a path takes, whichever resource serves them. */
function methodsAt(resources: readonly Resource[], path: string): string[] {
  const found = resources.filter(({ mapping, template }) => mapping?.matches(path) || template?.match(path));
  return [...new Set(found.flatMap((resource) => listedMethods(resource)))];
}

async function answerPreflight(message: Message, policy: CorsPolicy, methods: readonly string[]): Promise<void> {
  message.headers.clear();
  const allowed = policy.methods ? methods.filter((method) => policy.methods?.includes(method)) : methods;
  addCorsHeaders(message);
  message.headers.set('Access-Control-Allow-Methods', allowed.join(','));
  message.headers.set('Access-Control-Allow-Headers', policy.headers);
  if (policy.maxAge !== undefined) message.headers.set('Access-Control-Max-Age', policy.maxAge);
  await respondEmpty(message, 200);
}

/** The headers that every answer to a request with an Origin carries; those of a backend win (api-management 1.20). */
export function addCorsHeaders(message: Message): void {
  const policy = message.operation.get(POLICY) as CorsPolicy | undefined;
  const origin = message.operation.get(ORIGIN);
  if (!policy || typeof origin !== 'string' || message.headers.has('Access-Control-Allow-Origin')) return;
  const allowed = allowedOrigin(policy, origin);
  if (allowed === undefined) return;
  message.headers.set('Access-Control-Allow-Origin', allowed);
  if (policy.credentials && allowed !== '*') message.headers.set('Access-Control-Allow-Credentials', 'true');
}

function allowedOrigin({ origins, credentials }: CorsPolicy, origin: string): string | undefined {
  if (origins.includes('*')) return credentials ? origin : '*';
  const listed = origins.some((entry) => entry === origin || (entry.includes('*') && fits(origin, entry)));
  return listed ? origin : undefined;
}

/** `https://*.example.com`: the star stands for anything, every other character for itself. */
function fits(origin: string, entry: string): boolean {
  const [start = '', ...parts] = entry.split('*');
  const end = parts.pop() ?? '';
  if (!origin.startsWith(start)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = origin.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return origin.length - at >= end.length && origin.endsWith(end);
}

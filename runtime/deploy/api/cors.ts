import { WholeNumber } from '../../java/value.js';
import type { Environment, Message } from '../../message/message.js';
import type { Resource } from './resource.js';

/** What CORS adds to the answers of one API request; kept in the operation scope until the answer is written. */
interface CorsAnswer {
  readonly methods: string;
  readonly origin: string;
  readonly headers: string;
  readonly requestOrigin: string | undefined;
}

const KEY = 'mediant.cors';

/** Methods that a resource takes, OPTIONS left out; the engine's own four when it lists none. */
export function listedMethods(resource: Resource): string[] {
  const methods = resource.methods.length === 0 ? ['GET', 'POST', 'PUT', 'DELETE'] : resource.methods;
  return methods.filter((method) => method !== 'OPTIONS');
}

/** Listed methods as the reference prints them: its hash set's order, OPTIONS left out (artifacts 1.8). */
export function allowedMethods(resource: Resource): string {
  const listed = resource.methods;
  if (listed.length === 0) return 'GET, POST, PUT, DELETE';
  const order =
    listed.length <= 3
      ? [['HEAD', 'POST'], ['DELETE', 'PATCH', 'PUT'], ['GET']]
      : listed.length <= 6
        ? [['HEAD'], ['DELETE'], ['POST'], ['PATCH', 'PUT'], ['GET']]
        : [['HEAD'], ['DELETE'], ['POST'], ['GET'], ['PATCH', 'PUT']];
  return order.flatMap((group) => listed.filter((method) => group.includes(method))).join(', ');
}

/**
 * Remembers what CORS headers the answers to this request will carry. An OPTIONS request without an allowed origin gets
 * the status 403, which stays unless the flow or a backend's answer names another (artifacts 1.8).
 */
export function prepareCors(message: Message, resource: Resource): void {
  const { environment } = message;
  if (message.properties.get('_SYNAPSE_INTERNAL_REST_CORS_PER_API_ENABLED') === true) return;
  if (environment.property('synapse.rest.CORSConfig.enabled') === 'false') return;
  const origins = listOf(environment, 'synapse.rest.CORSConfig.Access-Control-Allow-Origin');
  const headers = environment.property('synapse.rest.CORSConfig.Access-Control-Allow-Headers') ?? '';
  const requestOrigin = message.headers.text('Origin');
  const origin = origins.includes('*') ? '*' : requestOrigin && origins.includes(requestOrigin) ? requestOrigin : '';
  const method = String(message.properties.get('REST_METHOD') ?? '');
  const configured = origins.length > 0 || headers !== '';
  // Without configuration only requests that ask for CORS get the headers (docs/differences.md).
  if (!configured && requestOrigin === undefined && method !== 'OPTIONS') return;
  const answer: CorsAnswer = { methods: allowedMethods(resource), origin, headers, requestOrigin };
  message.operation.set(KEY, answer);
  if (method === 'OPTIONS' && origin === '') message.axis2.set('HTTP_SC', WholeNumber.integer(403));
}

/** Writes the CORS headers into an answer (artifacts 1.8). */
export function applyCors(message: Message): void {
  const answer = message.operation.get(KEY) as CorsAnswer | undefined;
  if (!answer) return;
  message.headers.set('Access-Control-Allow-Methods', answer.methods);
  message.headers.set('Access-Control-Allow-Origin', answer.origin);
  message.headers.set('Access-Control-Allow-Headers', answer.headers);
  if (answer.requestOrigin !== undefined) message.headers.set('Origin', answer.requestOrigin);
}

function listOf(environment: Environment, key: string): string[] {
  const text = environment.property(key) ?? '';
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}

import type { Message } from '../../message/message.js';
import { WholeNumber } from '../../java/value.js';
import { type Api, type ApiHandler, knownHandlers } from './compile-api.js';

/** Checks user name and password of `RESTBasicAuthHandler`; the server provides it. */
export type UserCheck = (user: string, password: string) => boolean;

/** Runs the API's handlers in order; false: a handler has answered (artifacts 1.11). */
export async function runHandlers(api: Api, message: Message): Promise<boolean> {
  for (const handler of api.handlers) {
    if (handler.className === knownHandlers.basicAuth && !(await basicAuth(handler, message))) return false;
  }
  return true;
}

async function basicAuth(handler: ApiHandler, message: Message): Promise<boolean> {
  const header = message.headers.text('Authorization');
  const check = message.environment.userCheck;
  const [user = '', password = ''] = splitCredentials(header);
  if (header && check?.(user, password)) return true;
  message.headers.clear();
  if (!header) message.headers.set('WWW-Authenticate', `Basic realm="${handler.properties.get('realm') ?? 'WSO2 MI'}"`);
  message.axis2.set('NO_ENTITY_BODY', true);
  message.axis2.set('HTTP_SC', WholeNumber.integer(header ? 403 : 401));
  await message.exchange.respond(message);
  return false;
}

function splitCredentials(header: string | undefined): string[] {
  if (!header?.startsWith('Basic ')) return [];
  const text = Buffer.from(header.slice(6), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

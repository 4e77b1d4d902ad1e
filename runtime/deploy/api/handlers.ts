import { respondEmpty } from '../../message/empty-answer.js';
import type { Message } from '../../message/message.js';
import { parseBasic } from '../../transport/basic-credentials.js';
import { type CorsPolicy, runCorsPolicy } from './cors-policy.js';
import type { Resource } from './resource.js';

/** A step before the resource of an API; false: it has answered (artifacts 1.11). */
export type ApiHandler = (message: Message) => boolean | Promise<boolean>;

type HandlerFactory = (properties: ReadonlyMap<string, string>, resources: readonly Resource[]) => ApiHandler;

/** The handlers that are built in, by the Java class names that artifacts use. */
export const builtInHandlers: Readonly<Record<string, HandlerFactory>> = {
  'org.wso2.micro.integrator.security.handler.CORSRequestHandler': corsHandler,
  'org.wso2.micro.integrator.security.handler.RESTBasicAuthHandler': basicAuthHandler,
};

/** Runs the handlers in order; false: one of them has answered. */
export async function runHandlers(handlers: readonly ApiHandler[], message: Message): Promise<boolean> {
  for (const handler of handlers) if (!(await handler(message))) return false;
  return true;
}

/** `CORSRequestHandler` of an API (artifacts 1.8 "Per-API CORS"). */
function corsHandler(properties: ReadonlyMap<string, string>, resources: readonly Resource[]): ApiHandler {
  const list = (name: string): string[] => (properties.get(name) ?? '').split(',').filter((part) => part !== '');
  const methods = list('allowedMethods');
  const policy: CorsPolicy = {
    origins: list('allowedOrigins'),
    methods: methods.length === 0 ? undefined : methods,
    headers: properties.get('allowHeaders') ?? '',
    credentials: properties.get('allowCredentials')?.toLowerCase() === 'true',
    maxAge: properties.get('maxAge'),
  };
  return (message) => runCorsPolicy(message, policy, resources, answerStatus);
}

async function answerStatus(message: Message, status: number): Promise<void> {
  message.headers.clear();
  await respondEmpty(message, status);
}

function basicAuthHandler(properties: ReadonlyMap<string, string>): ApiHandler {
  return async (message) => {
    const header = message.headers.text('Authorization');
    const [user, password] = (header?.startsWith('Basic ') && parseBasic(header.slice(6))) || ['', ''];
    if (header && (await message.environment.userCheck?.(user, password))) return true;
    message.headers.clear();
    if (!header) message.headers.set('WWW-Authenticate', `Basic realm="${properties.get('realm') ?? 'WSO2 MI'}"`);
    await respondEmpty(message, header ? 403 : 401);
    return false;
  };
}

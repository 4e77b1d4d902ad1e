import type { Message } from '../runtime/message/message.js';
import { basicHeader } from '../runtime/transport/basic-credentials.js';
import { callSoapService, SERVICE_NAMESPACE, SoapServiceFault, textElements, textOf } from './soap-service.js';

/** How to reach a policy decision point. */
export interface DecisionPoint {
  /** Address of the services, with the slash before their names. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** Asks for a decision on a XACML request; gives the XACML response as text. */
export type DecisionClient = (message: Message, point: DecisionPoint, request: string) => Promise<string>;

/** Credentials go with every request: `client="basicAuth"`. */
export const basicAuthClient: DecisionClient = (message, point, request) =>
  ask(message, point, request, { Authorization: basicHeader(point.user, point.password) });

/**
 * Logs in and asks by the session: `client="soap"`. A session that the server has forgotten is begun anew, once.
 * @param reuse whether sessions are kept for other messages
 */
export function sessionClient(reuse: boolean): DecisionClient {
  const sessions = new Map<string, Promise<string>>();
  const sessionOf = (message: Message, point: DecisionPoint): Promise<string> => {
    const key = JSON.stringify(point);
    const known = reuse ? sessions.get(key) : undefined;
    if (known) return known;
    const session = logIn(message, point);
    sessions.set(key, session);
    session.catch(() => sessions.delete(key));
    return session;
  };
  return async (message, point, request) => {
    const session = sessionOf(message, point);
    try {
      return await ask(message, point, request, { Cookie: await session });
    } catch (error) {
      if (!(error instanceof SoapServiceFault) || error.code !== sessionTimeout) throw error;
      // Another message may have begun a new one meanwhile.
      const key = JSON.stringify(point);
      if (sessions.get(key) === session) sessions.delete(key);
      return ask(message, point, request, { Cookie: await sessionOf(message, point) });
    }
  };
}

/** Fault code of a session that is over. */
const sessionTimeout = '50977';

async function logIn(message: Message, { url, user, password }: DecisionPoint): Promise<string> {
  const values = textElements('a', { username: user, password, remoteAddress: 'localhost' });
  const { element, cookies } = await callSoapService(message, {
    url: `${url}AuthenticationAdmin`,
    operation: 'login',
    body: `<a:login xmlns:a="http://authentication.services.core.carbon.wso2.org">${values}</a:login>`,
  });
  if (textOf(element, 'return').toLowerCase() !== 'true') throw new Error('The login was refused');
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

async function ask(
  message: Message,
  { url }: DecisionPoint,
  request: string,
  headers: Record<string, string>,
): Promise<string> {
  const { element } = await callSoapService(message, {
    url: `${url}EntitlementService`,
    operation: 'getDecision',
    body: `<x:getDecision xmlns:x="${SERVICE_NAMESPACE}">${textElements('x', { request })}</x:getDecision>`,
    headers,
  });
  return textOf(element, 'return');
}

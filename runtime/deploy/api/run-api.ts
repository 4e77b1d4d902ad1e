import { WholeNumber } from '../../java/value.js';
import { respondEmpty } from '../../message/empty-answer.js';
import { Fault } from '../../message/fault.js';
import { runFlow } from '../../message/flow.js';
import { type Message, type Outcome, stopAfter } from '../../message/message.js';
import { pushFaultSequence, runFlowSequence } from '../flow-sequence.js';
import type { Api } from './compile-api.js';
import { allowedMethods, applyCors, prepareCors } from './cors.js';
import { runHandlers } from './handlers.js';
import { queryParameters } from './query-parameters.js';
import { patternOf, type Resource } from './resource.js';
import { selectResource } from './select-resource.js';

/** Takes a request that the API accepts: properties, handlers, resource, in-sequence (artifacts 1.3–1.8). */
export function runApiRequest(api: Api, message: Message): unknown {
  setApiProperties(api, message);
  return runFlow(message, (m) => processRequest(api, m));
}

function processRequest(api: Api, message: Message): Outcome | Promise<Outcome> {
  if (api.handlers.length === 0) return runResource(api, message);
  return runHandlers(api.handlers, message).then((goesOn) => goesOn && runResource(api, message));
}

function runResource(api: Api, message: Message): Outcome | Promise<Outcome> {
  const subPath = String(message.properties.get('REST_SUB_REQUEST_PATH'));
  const method = String(message.properties.get('REST_METHOD'));
  let selection: ReturnType<typeof selectResource>;
  try {
    selection = selectResource(api.resources, {
      method,
      subPath,
      protocol: String(message.properties.get('TRANSPORT_IN_NAME') ?? 'http'),
      contentType: hasBody(message) ? (message.headers.text('Content-Type') ?? '') : undefined,
      userAgent: message.headers.text('User-Agent'),
    });
  } catch (error) {
    // A malformed percent escape in the path is the client's mistake (docs/differences.md).
    if (error instanceof URIError) return answerEmpty(message, 400);
    throw error;
  }
  if ('status' in selection) return (api.mismatch ?? answerMismatch)(message, selection.status);
  const { resource, variables } = selection;
  message.setProperty('SYNAPSE_RESOURCE', resource.id);
  prepareCors(message, resource);
  if (method === 'OPTIONS' && answersOptionsItself(message, resource)) return answerOptions(message, resource);
  message.setProperty('rest.url.pattern', patternOf(resource));
  message.setProperty('RESOURCE_PATH', subPath);
  for (const [name, value] of variables) message.setProperty(`uri.var.${name}`, value);
  setQueryParameters(message, subPath, method);
  pushFaultSequence(message, resource.faultSequence);
  if (!resource.inSequence) return true;
  return runFlowSequence(message, resource.inSequence);
}

function hasBody({ axis2, payload }: Message): boolean {
  if (axis2.get('NO_ENTITY_BODY') === true) return false;
  return !(payload.source instanceof Uint8Array) || payload.source.byteLength > 0;
}

/** The answer path of a message that was sent by `send` or looped back (artifacts 1.7). */
export function runApiResponse(api: Api, message: Message): Outcome | Promise<Outcome> {
  const resource = api.resources.find(({ id }) => id === message.properties.get('SYNAPSE_RESOURCE'));
  pushFaultSequence(message, resource?.faultSequence);
  if (resource?.outSequence) return runFlowSequence(message, resource.outSequence);
  return stopAfter(message.exchange.respond(message));
}

function setApiProperties(api: Api, message: Message): void {
  const full = String(message.properties.get('REST_FULL_REQUEST_PATH'));
  const behindContext = full.slice(api.context.length);
  const behindVersion = api.versionType === 'url' ? behindContext.slice(api.version.length + 1) : behindContext;
  message.setProperty('SYNAPSE_REST_API', api.name);
  message.setProperty('SYNAPSE_REST_API_VERSION', api.version);
  message.setProperty('SYNAPSE_REST_API_VERSION_STRATEGY', api.versionType);
  message.setProperty('REST_API_CONTEXT', api.context);
  message.setProperty('ARTIFACT_NAME', `api${api.name}`);
  message.setProperty('REST_SUB_REQUEST_PATH', behindVersion === '' ? '/' : behindVersion);
  message.setProperty('REST_METHOD', message.axis2.get('HTTP_METHOD'));
  message.axis2.set('REST_URL_POSTFIX', behindVersion);
}

function setQueryParameters(message: Message, subPath: string, method: string): void {
  try {
    for (const [name, value] of queryParameters(subPath)) message.setProperty(name, value);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    const path = message.properties.get('REST_FULL_REQUEST_PATH');
    const text = `Error processing ${method} request for : ${path} due to an error in the request sent by the client`;
    message.setProperty('ERROR_CODE', WholeNumber.integer(400));
    message.setProperty('ERROR_MESSAGE', text);
    message.axis2.set('HTTP_SC', WholeNumber.integer(400));
    throw new Fault(text, { cause: error });
  }
}

async function answerMismatch(message: Message, status: 400 | 404 | 405): Promise<Outcome> {
  const handler = { 404: '_resource_mismatch_handler_', 405: '_method_not_allowed_handler_', 400: undefined }[status];
  const sequence = handler === undefined ? undefined : message.sequence(handler);
  if (sequence) return sequence.mediate(message);
  // 400 echoes the request's headers, 404 and 405 none (artifacts 1.9).
  return answerEmpty(message, status, { keepHeaders: status === 400 });
}

async function answerEmpty(message: Message, status: number, options: { keepHeaders?: boolean } = {}): Promise<false> {
  if (!options.keepHeaders) {
    message.headers.clear();
    message.axis2.delete('EXCESS_TRANSPORT_HEADERS');
  }
  message.headers.delete('Content-Type');
  await respondEmpty(message, status);
  return false;
}

function answersOptionsItself(message: Message, resource: Resource): boolean {
  if (!resource.methods.includes('OPTIONS')) return true;
  const forwards = message.headers.text('Max-Forwards');
  if (forwards === undefined) return false;
  if (forwards.trim() === '0') return true;
  message.headers.set('Max-Forwards', String(Number(forwards) - 1));
  return false;
}

async function answerOptions(message: Message, resource: Resource): Promise<false> {
  message.headers.set('Allow', allowedMethods(resource));
  if (!message.axis2.has('HTTP_SC')) message.axis2.set('HTTP_SC', WholeNumber.integer(200));
  message.axis2.set('NO_ENTITY_BODY', true);
  applyCors(message);
  await message.exchange.respond(message);
  return false;
}

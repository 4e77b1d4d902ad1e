import type { ConfigElement } from '../../configuration/element.js';
import { TransportError } from '../../transport/transport.js';
import { attributeText, childBoolean, childNumber, childText, readBoolean, showsContent } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { definePolicy, type PolicyContext } from '../policy.js';
import { connectionProperties, millisecondsOf, statusRule } from '../target/connection-properties.js';
import { type Callout, compileCallout } from './callout-connection.js';
import { compileActions } from './message-actions.js';

/**
 * ```xml
 * <ServiceCallout name="Get-Weather">
 *   <Request variable="weatherRequest" clearPayload="true">
 *     <Set>
 *       <QueryParams><QueryParam name="zip">{zip}</QueryParam></QueryParams>
 *       <Verb>GET</Verb>
 *     </Set>
 *     <IgnoreUnresolvedVariables>false</IgnoreUnresolvedVariables>
 *   </Request>
 *   <Response>weatherResponse</Response>
 *   <Timeout>30000</Timeout>
 *   <HTTPTargetConnection>
 *     <URL>https://{weather.host}/v1/weather</URL>
 *     <Properties><Property name="success.codes">2xx,404</Property></Properties>
 *   </HTTPTargetConnection>
 * </ServiceCallout>
 * ```
 *
 * Calls a service beside the target and keeps its answer in a message variable (api-management 2.6). Path and query of the
 * request message are added to the URL. Without `<Response>` nobody waits for the answer. Instead of an
 * HTTPTargetConnection it takes a LocalTargetConnection, instead of a URL a LoadBalancer.
 */
export const serviceCallout = definePolicy({
  element: 'ServiceCallout',
  summary: 'Calls a service and keeps its answer in a variable.',
  children: ['Request', 'Response', 'Timeout', 'HTTPTargetConnection', 'LocalTargetConnection'],
  compile: (element, context) => {
    const { name } = context;
    const request = compileRequest(element.element('Request'), context);
    const response = childText(element, 'Response');
    const call = compileCallout(element, timeoutOf(element));
    const isSuccess = statusRule(element.element('HTTPTargetConnection'));
    return {
      contentAware: request.contentAware,
      run: (flow) => {
        const message = request.make(flow);
        if (response === undefined) {
          callUnwatched(flow, name, call, message);
          request.clear(message);
          return;
        }
        return callAndWait({ flow, name, call, message, response, isSuccess }).finally(() => request.clear(message));
      },
    };
  },
});

/** Milliseconds for the whole call (api-management 2.6). */
const defaultTimeout = 55_000;

function timeoutOf(element: ConfigElement): number {
  const http = element.element('HTTPTargetConnection');
  const ofConnection = millisecondsOf(connectionProperties(http), 'io.timeout.millis', defaultTimeout);
  return childNumber(element, 'Timeout') ?? ofConnection;
}

interface RequestMaker {
  readonly contentAware: boolean;
  make(flow: FlowContext): ApigeeMessage;
  /** Lets go of the content that was sent. */
  clear(message: ApigeeMessage): void;
}

function compileRequest(element: ConfigElement | undefined, context: PolicyContext): RequestMaker {
  const variable = attributeText(element, 'variable') ?? 'servicecallout.request';
  const actions = element ? compileActions(element, context) : [];
  const ignoreUnresolved = element ? childBoolean(element, 'IgnoreUnresolvedVariables', false) : false;
  const written = readBoolean(attributeText(element, 'clearPayload') ?? '');
  // The client's own request is still to be forwarded, unless the policy says that it is not.
  const clears = written ?? !showsContent(variable);
  return {
    contentAware: showsContent(variable) || actions.some(({ contentAware }) => contentAware),
    make: (flow) => {
      let message = flow.messageVariable(variable);
      if (!message) {
        message = ApigeeMessage.request();
        flow.set(variable, message);
      }
      for (const action of actions) action.run(message, flow, ignoreUnresolved);
      return message;
    },
    clear: (message) => {
      if (clears) message.content = undefined;
    },
  };
}

interface WatchedCall {
  readonly flow: FlowContext;
  readonly name: string;
  readonly call: Callout;
  readonly message: ApigeeMessage;
  /** Variable for the answer. */
  readonly response: string;
  readonly isSuccess: (status: number) => boolean;
}

async function callAndWait({ flow, name, call, message, response, isSuccess }: WatchedCall): Promise<void> {
  const answer = await call(flow, message, name).catch((error: unknown) => {
    throw failure(name, reasonOf(error, name), error);
  });
  keepAnswer(flow, response, answer);
  if (!isSuccess(answer.status)) throw failure(name, `ResponseCode ${answer.status} is treated as error`);
  flow.set(`servicecallout.${name}.failed`, false);
}

/** An answer that is to be the request takes the place of its headers and content; verb and path stay. */
function keepAnswer(flow: FlowContext, variable: string, answer: ApigeeMessage): void {
  flow.set('ServiceCallout.response', answer);
  const own = variable === 'request' || (variable === 'message' && flow.message === flow.request);
  if (!own) {
    flow.set(variable, answer);
    return;
  }
  flow.request.headers.clear();
  for (const [field, value] of answer.headers) flow.request.headers.add(field, value);
  flow.request.content = answer.bytes;
}

/** Fire and forget: the flow goes on at once. */
function callUnwatched(flow: FlowContext, name: string, call: Callout, message: ApigeeMessage): void {
  call(flow, message.takeForward(), name).catch((error: unknown) => {
    flow.runtime.log('WARN', `${flow.proxy.name}: ServiceCallout ${name} failed: ${reasonOf(error, name)}`);
  });
}

function reasonOf(error: unknown, name: string): string {
  if (error instanceof PolicyFault) return error.message;
  if (!(error instanceof TransportError)) return 'Internal error';
  const timedOut = error.kind === 'timeout' || error.kind === 'deadline' || error.kind === 'connect-timeout';
  return timedOut ? `timeout occurred in ${name}` : error.message;
}

function failure(name: string, reason: string, cause?: unknown): PolicyFault {
  return new PolicyFault({
    code: 'steps.servicecallout.ExecutionFailed',
    text: `Execution of ServiceCallout ${name} failed. Reason: ${reason}`,
    cause,
  });
}

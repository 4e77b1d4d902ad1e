import type { ConfigElement } from '../runtime/configuration/element.js';
import { WholeNumber } from '../runtime/java/value.js';
import { jsonText } from '../runtime/json/text.js';
import type { JsonObject, JsonValue } from '../runtime/json/value.js';
import { andThen } from '../runtime/message/fork.js';
import type { Message, Outcome } from '../runtime/message/message.js';
import { toJsonValue } from './json-value.js';
import { defineMediator } from './mediator.js';
import { respondToClient } from './respond.js';
import { postToService } from './service-request.js';

/** What the agent is asked for, and where. */
interface Policy {
  readonly url: string;
  /** Whether a rule is asked for, not the whole policy. */
  readonly isRule: boolean;
  readonly accessKey: string | undefined;
  /** Names of properties that the agent is told. */
  readonly properties: readonly string[];
  /** Milliseconds until the agent has to answer. */
  readonly deadline: number;
}

/** The request is not let through; `code` and status say why. */
class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly status: number,
    message: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

const generator = 'org.apache.synapse.mediators.opa.OPASynapseRequestGenerator';

/**
 * ```xml
 * <opa>
 *   <serverUrl>http://127.0.0.1:8181/v1/data</serverUrl> <accessKey>Bearer …</accessKey>
 *   <policy>orders</policy> <rule>allow</rule>
 *   <additionalParameters><parameter name="additionalMCProperties">tenant,plan</parameter></additionalParameters>
 * </opa>
 * ```
 * Asks an Open Policy Agent whether the request may pass (mediators 9.5). It is told the caller's address, the method, the
 * path, the headers and the properties named by `additionalMCProperties`. Without `rule` the policy's `allow` decides. A
 * refused request is answered with 403, one that could not be decided with 500, ERROR_CODE 902012 or 902011; the sequence
 * `_opa_policy_failure_handler_`, or the one named by the parameter `opaPolicyFailureHandler`, may change the answer, or
 * give it and stop. `connectionTimeout` is in seconds, 30 when absent.
 */
export const opa = defineMediator({
  name: 'opa',
  summary: 'Lets a request pass when an Open Policy Agent says so.',
  attributes: {},
  children: ['serverUrl', 'accessKey', 'policy', 'rule', 'requestGenerator', 'additionalParameters'],
  inner: {
    serverUrl: [],
    accessKey: [],
    policy: [],
    rule: [],
    requestGenerator: [],
    additionalParameters: [],
    'additionalParameters/parameter': ['name'],
  },
  compile(element) {
    refuseGenerator(element.element('requestGenerator'));
    const parameters = readParameters(element.element('additionalParameters'));
    const policy = readPolicy(element, parameters);
    const handler = parameters.get('opaPolicyFailureHandler') ?? '_opa_policy_failure_handler_';
    return {
      contentAware: true,
      async mediate(message) {
        const refusal = await ask(message, policy);
        return refusal === undefined || refuse(message, refusal, handler);
      },
    };
  },
});

function refuseGenerator(element: ConfigElement | undefined): void {
  const name = element?.text.trim();
  if (!element || !name || name === generator) return;
  element.fail('needs-jvm', `The request generator ${name} is a Java class`, {
    hint: 'remove <requestGenerator>, and give the agent more values by the parameter additionalMCProperties',
  });
}

function readParameters(element: ConfigElement | undefined): Map<string, string> {
  const children = element?.elements().filter(({ localName }) => localName === 'parameter') ?? [];
  return new Map(
    children.map((child) => [
      child.attribute('name') ?? child.fail('missing-attribute', 'A <parameter> needs a name'),
      child.text.trim(),
    ]),
  );
}

function readPolicy(element: ConfigElement, parameters: ReadonlyMap<string, string>): Policy {
  const server = requiredText(element, 'serverUrl');
  const url = `${server.replace(/\/$/, '')}/${requiredText(element, 'policy')}`;
  const rule = element.element('rule')?.text.trim();
  const seconds = parameters.get('connectionTimeout') ?? '30';
  if (!/^[1-9]\d{0,5}$/.test(seconds)) {
    element.fail('invalid-parameter', `connectionTimeout is no number of seconds: ${seconds}`, {
      hint: 'write e.g. 30',
    });
  }
  return {
    url: rule ? `${url}/${rule}` : url,
    isRule: Boolean(rule),
    accessKey: element.element('accessKey')?.text.trim() || undefined,
    properties:
      parameters
        .get('additionalMCProperties')
        ?.split(',')
        .map((name) => name.trim()) ?? [],
    deadline: Number(seconds) * 1000,
  };
}

function requiredText(element: ConfigElement, name: string): string {
  const child = element.element(name);
  return (
    child?.text.trim() ||
    (child ?? element).fail('missing-element', `<opa> needs a <${name}> that is not empty`, {
      hint: 'docs/mediators.md has an example',
    })
  );
}

/** Why the request may not pass; undefined when it may. */
async function ask(message: Message, policy: Policy): Promise<Refusal | undefined> {
  try {
    return (await isAllowed(message, policy)) ? undefined : new Refusal(902012, 403, 'Forbidden');
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function isAllowed(message: Message, policy: Policy): Promise<boolean> {
  const { url, accessKey, deadline } = policy;
  const headers = {
    'Content-Type': 'application/json',
    ...(accessKey === undefined ? {} : { Authorization: accessKey }),
  };
  const body = jsonText(new Map([['input', inputOf(message, policy.properties)]]));
  const answer = await postToService(message, { url, headers, body, deadline }).catch((error: unknown) => {
    throw undecided('The policy agent cannot be asked', error);
  });
  if (answer.status !== 200) throw undecided(`The policy agent answered ${answer.status} ${answer.reason}`);
  return decisionIn(answer.body, policy.isRule);
}

function inputOf(message: Message, properties: readonly string[]): JsonObject {
  const input: JsonObject = new Map();
  const add = (name: string, value: JsonValue | undefined) => value !== undefined && input.set(name, value);
  add('requestOrigin', callerAddress(message));
  add('method', message.axis2Text('HTTP_METHOD'));
  add('path', message.axis2Text('TransportInURL'));
  const headers = message.headers.sorted().map(([name, value]): [string, JsonValue] => [name, toJsonValue(value)]);
  add('transportHeaders', new Map(headers));
  for (const name of properties) {
    const value = message.properties.get(name);
    if (value !== undefined && value !== null) add(name, toJsonValue(value));
  }
  return input;
}

/** The client's address without its port; of an IPv6 address all of it, which the reference cuts at the first colon. */
function callerAddress(message: Message): string | undefined {
  const forwarded = message.headers.text('X-Forwarded-For')?.split(',')[0]?.trim();
  return (forwarded || message.axis2Text('REMOTE_ADDR'))?.replace(/^([^:]+):\d+$/, '$1');
}

/** The agent's own shape of a policy's answer is `result.allow`; the reference engine reads `allow.result`. Both count. */
function decisionIn(body: string, isRule: boolean): boolean {
  let answer: { result?: unknown; allow?: { result?: unknown } } | null;
  try {
    answer = JSON.parse(body);
  } catch (error) {
    throw undecided('The answer of the policy agent is no JSON', error);
  }
  const result = answer?.result;
  const decision = isRule ? result : (answer?.allow?.result ?? (result as { allow?: unknown } | undefined)?.allow);
  const text = String(decision).toLowerCase();
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw undecided('The answer of the policy agent has no decision');
}

const undecided = (reason: string, cause?: unknown) => new Refusal(902011, 500, reason, cause);

function refuse(message: Message, refusal: Refusal, handler: string): Outcome | Promise<Outcome> {
  const { code, status } = refusal;
  const cause = refusal.cause instanceof Error ? `: ${refusal.cause.message}` : '';
  message.environment.logger.log('WARN', 'OPAMediator', `${refusal.message}${cause}`);
  message.setProperty('HTTP_RESPONSE_STATUS_CODE', WholeNumber.integer(status));
  message.setProperty('ERROR_CODE', WholeNumber.integer(code));
  message.setProperty('ERROR_MESSAGE', status === 403 ? 'Forbidden' : 'Internal Server Error');
  message.setProperty('ERROR_EXCEPTION', refusal);
  const sequence = message.sequence(handler);
  return andThen(message, sequence ? sequence.mediate(message) : true, (flow) => {
    flow.axis2.set('HTTP_SC', WholeNumber.integer(status));
    return respondToClient(flow);
  });
}

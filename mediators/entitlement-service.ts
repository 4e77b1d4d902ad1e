import type { Element } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { ExpiringMap } from '../runtime/endpoint/expiring-map.js';
import { cloneMessage } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import { runFlow, runForks } from '../runtime/message/flow.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';
import { newDocument } from '../runtime/xml/create.js';
import { copyNode } from '../runtime/xml/walk.js';
import { booleanAttribute, choiceAttribute, integerAttribute } from './attribute.js';
import { compileBranch } from './branch.js';
import { basicAuthClient, type DecisionClient, type DecisionPoint, sessionClient } from './entitlement-client.js';
import { type AccessRequest, type Decision, readDecision, xacmlRequest } from './entitlement-request.js';
import { entryText } from './entry.js';
import { keptValue } from './kept-value.js';
import { defineMediator } from './mediator.js';

/** Asks for the decision on a XACML request. */
type Decide = (message: Message, request: string) => Promise<string>;

/**
 * ```xml
 * <entitlementService remoteServiceUrl="https://host:9443/services/" remoteServiceUserName="…" remoteServicePassword="…"
 *     client="basicAuth|soap" cacheType="simple" invalidationInterval="milliseconds" maxCacheEntries="number">
 *   <onAccept>mediators</onAccept> <onReject>mediators</onReject>
 *   <obligations>mediators</obligations> <advice>mediators</advice>
 * </entitlementService>
 * ```
 * Asks the XACML policy decision point of WSO2 Identity Server whether the request may pass (mediators 9.3).
 *
 * The subject is the axis2 property `username`. The resource is the To address and, behind a slash, the name of the first
 * body element, or the HTTP method with axis2 `xacml_use_rest` = `true`; `xacml_resource_prefix` stands before it, or
 * instead of the address with `xacml_resource_prefix_only` = `true`. The action is axis2 `xacml_action`, else the HTTP
 * method with `xacml_use_rest`, else `read`. ENTITLEMENT_DECISION, ENTITLEMENT_ADVICE and ORIGINAL_ENTITLEMENT_PAYLOAD
 * become properties.
 *
 * `Permit` runs `onAccept`, every other decision `onReject`, without which it is a fault. Obligations become the body of a
 * copy on which their sequence runs first; when that stops, or there is none, the decision is `Deny`. Advice becomes the
 * body of another copy, whose sequence runs beside the flow.
 */
export const entitlementService = defineMediator({
  name: 'entitlementService',
  summary: 'Lets a request pass when a XACML policy decision point permits it.',
  attributes: {
    remoteServiceUrl: { description: 'Address of the services, up to the slash before their names.' },
    remoteServiceUrlKey: { description: 'Entry that holds the address.' },
    remoteServiceUserName: { description: 'User that may call the services.' },
    remoteServiceUserNameKey: { description: 'Entry that holds the user.' },
    remoteServicePassword: {
      description: 'Password of that user; `$FILE:`, `$SYSTEM:` and a vault look-up are resolved.',
    },
    remoteServicePasswordKey: { description: 'Entry that holds the password.' },
    callbackClass: { description: 'Class that finds the subject; those for user names and SAML are known.' },
    client: { description: 'How the services are called.', default: 'basicAuth', values: ['basicAuth', 'soap'] },
    reuseSession: { description: 'With `soap`: one login for many requests.', default: 'true' },
    cacheType: { description: 'Keeps decisions: `simple` or `carbon`; else none is kept.' },
    invalidationInterval: { description: 'Milliseconds that a decision is kept.', default: '0' },
    maxCacheEntries: { description: 'Decisions that are kept at most, up to 10000.', default: '0' },
    thriftHost: { description: 'Without effect: the client `thrift` is refused.' },
    thriftPort: { description: 'Without effect: the client `thrift` is refused.' },
    onAccept: { description: 'Sequence for permitted requests; wins over the child.' },
    onReject: { description: 'Sequence for all others; wins over the child.' },
    obligations: { description: 'Sequence that fulfils obligations; wins over the child.' },
    advice: { description: 'Sequence that takes advice; wins over the child.' },
  },
  children: ['onAccept', 'onReject', 'obligations', 'advice'],
  compile(element, context) {
    const subjectProperty = compileCallback(element);
    const decide = compileDecide(element);
    const branches = compileBranches(element, context);
    return {
      contentAware: true,
      async mediate(message) {
        const request = accessRequest(message, subjectProperty);
        const answer = await decided(message, () => decide(message, xacmlRequest(request)));
        const permitted = await act(message, answer, branches);
        return permitted ? branches.onAccept(message) : branches.onReject(message);
      },
    };
  },
});

interface Branches {
  readonly onAccept: Mediate;
  readonly onReject: Mediate;
  readonly obligations: Mediate | undefined;
  readonly advice: Mediate | undefined;
}

function compileBranches(element: ConfigElement, context: CompileContext): Branches {
  return {
    onAccept: compileBranch(element, 'onAccept', context) ?? (() => true),
    onReject: compileBranch(element, 'onReject', context) ?? refuse,
    obligations: compileBranch(element, 'obligations', context),
    advice: compileBranch(element, 'advice', context),
  };
}

function refuse(): never {
  throw new Fault('The user is not authorized to perform the action');
}

/** The axis2 property that holds the subject. Callback classes are known by their name in any of their packages. */
function compileCallback(element: ConfigElement): string {
  const name = element.attribute('callbackClass')?.trim();
  if (!name) return 'username';
  const [, known] = /^org\.wso2\.[\w.]*entitlement\.mediator\.callback\.(\w+)$/.exec(name) ?? [];
  if (known === 'UTEntitlementCallbackHandler') return 'username';
  if (known === 'SAMLEntitlementCallbackHandler') return 'saml.subject.id';
  return element.fail('needs-jvm', `The callback ${name} is a Java class`, {
    attribute: 'callbackClass',
    hint: 'remove callbackClass, and set the axis2 property "username" before <entitlementService>',
  });
}

function compileDecide(element: ConfigElement): Decide {
  const client = compileClient(element);
  const point = compilePoint(element);
  const decide: Decide = (message, request) => client(message, point(message), request);
  const lifetime = integerAttribute(element, 'invalidationInterval', 0);
  const given = integerAttribute(element, 'maxCacheEntries', 0);
  const maximum = given < 0 || given > 10_000 ? 10_000 : given;
  const isCached = /^(?:simple|carbon)$/.test(element.attribute('cacheType') ?? '');
  if (!isCached || lifetime <= 0 || maximum === 0) return decide;
  const cache = new ExpiringMap<string>();
  return async (message, request) => {
    const { url, user } = point(message);
    const key = JSON.stringify([url, user, request]);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const answer = await decide(message, request);
    cache.set(key, answer, lifetime);
    cache.shrink(maximum);
    return answer;
  };
}

function compileClient(element: ConfigElement): DecisionClient {
  const name = element.attribute('client');
  if (name === 'thrift' || name === 'wsXacml' || name === 'json') {
    element.fail('unsupported-client', `Policy decision points cannot be asked by the client "${name}" here`, {
      attribute: 'client',
      hint: 'use client="basicAuth", which asks the same server by SOAP',
    });
  }
  const client = choiceAttribute(element, 'client', ['basicAuth', 'soap'], 'basicAuth');
  const isReused = element.attribute('reuseSession') === undefined || booleanAttribute(element, 'reuseSession');
  return client === 'soap' ? sessionClient(isReused) : basicAuthClient;
}

function compilePoint(element: ConfigElement): (message: Message) => DecisionPoint {
  const url = setting(element, 'remoteServiceUrl');
  const user = setting(element, 'remoteServiceUserName');
  const password = setting(element, 'remoteServicePassword');
  return (message) => ({
    url: url(message).replace(/\/?$/, '/'),
    user: user(message),
    password: password(message),
  });
}

/** A value in the attribute, or in the entry that the attribute with `Key` names. */
function setting(element: ConfigElement, name: string): (message: Message) => string {
  const text = element.attribute(name)?.trim();
  const key = element.attribute(`${name}Key`)?.trim();
  if (text?.startsWith('enc:')) {
    element.fail('encrypted-value', `${name} is encrypted for the keystore of another server`, {
      attribute: name,
      hint: 'keep it in conf/file.properties and write $FILE:name, or in the secure vault',
    });
  }
  if (text) return ({ environment }) => keptValue(text, environment);
  if (key) return ({ environment }) => keptValue(entryText(environment, key).trim(), environment);
  return element.fail('missing-attribute', `<entitlementService> needs ${name} or ${name}Key`, {
    hint: `add ${name}="…"`,
  });
}

function accessRequest(message: Message, subjectProperty: string): AccessRequest {
  const text = (name: string) => message.axis2Text(name);
  const subject = text(subjectProperty);
  if (subject === undefined) {
    throw new Fault(`The entitlement mediator has no user: the axis2 property "${subjectProperty}" is not set`);
  }
  const isRest = text('xacml_use_rest')?.toLowerCase() === 'true';
  const method = text('HTTP_METHOD');
  const prefix = text('xacml_resource_prefix')?.trim() ?? '';
  const isPrefixOnly = prefix !== '' && text('xacml_resource_prefix_only')?.toLowerCase() === 'true';
  const service = isPrefixOnly ? prefix : `${prefix}${message.addressing.to ?? ''}`;
  const operation = isRest ? method : message.payload.firstElementName()?.localName;
  return {
    subject,
    action: text('xacml_action') ?? (isRest ? method : undefined) ?? 'read',
    resource: operation === undefined ? service : `${service}/${operation}`,
  };
}

/** The decision, with its properties set. @throws Fault when there is none */
async function decided(message: Message, ask: () => Promise<string>): Promise<Decision> {
  let answer: Decision;
  try {
    answer = readDecision(await ask());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`Error occurred while evaluating the policy: ${reason}`, { cause: error });
  }
  message.setProperty('ORIGINAL_ENTITLEMENT_PAYLOAD', message.payload.clone().envelope());
  message.setProperty('ENTITLEMENT_DECISION', answer.decision);
  message.setProperty('ENTITLEMENT_ADVICE', answer.advice);
  return answer;
}

/** Takes advice, fulfils obligations, and says whether the request is permitted after that. */
async function act(
  message: Message,
  { decision, advice, obligations }: Decision,
  branches: Branches,
): Promise<Outcome> {
  if (decision !== 'Permit' && decision !== 'Deny') return false;
  const take = branches.advice;
  if (advice && take) {
    const copy = await copyWith(message, advice);
    message.exchange.track(runFlow(copy, take));
  }
  if (!obligations) return decision === 'Permit';
  const fulfil = branches.obligations;
  const isFulfilled = fulfil !== undefined && (await runForks(await copyWith(message, obligations), fulfil));
  return isFulfilled && decision === 'Permit';
}

async function copyWith(message: Message, body: Element): Promise<Message> {
  const copy = await cloneMessage(message);
  copy.payload.setElement(copyNode(body, newDocument()));
  return copy;
}

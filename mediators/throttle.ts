import type { Element } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { markedValue, resolveStatic } from '../runtime/endpoint/static-values.js';
import { Fault } from '../runtime/message/fault.js';
import { holdPlace } from '../runtime/message/held-places.js';
import type { Environment, Message } from '../runtime/message/message.js';
import type { EntryValue } from '../runtime/message/registry.js';
import type { SharedState } from '../runtime/message/shared-state.js';
import { parseElement } from '../runtime/xml/parse.js';
import { requiredAttribute } from './attribute.js';
import { compileBranch } from './branch.js';
import { requiredEntry } from './entry.js';
import { defineMediator } from './mediator.js';
import { sharedOwner } from './shared-owner.js';
import { type MatchedRule, matchRule, ThrottleLimits } from './throttle-limits.js';
import { PolicyError, parsePolicy, type ThrottlePolicy } from './throttle-policy.js';

/**
 * ```xml
 * <throttle id="…" onAccept="sequence" onReject="sequence">
 *   <policy key="entry"/> | <policy><wsp:Policy>…</wsp:Policy></policy>
 *   <onAccept>mediators</onAccept> <onReject>mediators</onReject>
 * </throttle>
 * ```
 * Lets a limited number of requests pass: at once, and in a unit of time by the caller's address or domain
 * (mediators 9.1). Answers are not counted and run nothing.
 */
export const throttle = defineMediator({
  name: 'throttle',
  summary: 'Limits requests by their number, at once and in a unit of time.',
  attributes: {
    id: { description: 'Name of the throttle.', required: true },
    onAccept: { description: 'Sequence for requests that pass; wins over the child.' },
    onReject: { description: 'Sequence for requests that do not; wins over the child.' },
  },
  children: ['policy', 'onAccept', 'onReject'],
  inner: {
    policy: ['key'],
    onAccept: ['onError'],
    onReject: ['onError'],
  },
  compile(element, context) {
    requiredAttribute(element, 'id');
    const owner = sharedOwner(element, context);
    const limitsFor = compilePolicy(element, context);
    const onAccept = compileBranch(element, 'onAccept', context) ?? (() => true);
    const onReject = compileBranch(element, 'onReject', context) ?? (() => false);
    return {
      contentAware: false,
      mediate(message) {
        if (message.isResponse) return true;
        const limits = limitsFor(message);
        const goOn = (accepted: boolean) => (accepted ? onAccept(message) : onReject(message));
        const { shared } = message.environment;
        return shared
          ? passesServer(message, limits.policy, { shared, owner }).then(goOn)
          : goOn(passesHere(message, limits));
      },
    };
  },
});

/**
 * An inline policy is read at deploy, one in an entry when a message finds it new or changed. Without one, as the throttle
 * on the response path is written, everything passes.
 */
function compilePolicy(element: ConfigElement, context: CompileContext): (message: Message) => ThrottleLimits {
  const policy = element.element('policy');
  if (!policy) {
    const unlimited = new ThrottleLimits({ concurrency: undefined, addresses: new Map(), domains: new Map() });
    return () => unlimited;
  }
  if (policy.attribute('key') !== undefined) return policyInEntry(requiredAttribute(policy, 'key'));
  const root = policy.elements()[0];
  if (!root)
    return policy.fail('missing-element', '<policy> is empty', { hint: 'put a wsp:Policy into it, or add key="…"' });
  try {
    const limits = new ThrottleLimits(parsePolicy(root.node, (text) => resolveStatic(text, root, context)));
    return () => limits;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return root.fail('invalid-policy', error.message, { hint: 'see the throttle section of docs/mediators.md' });
  }
}

function policyInEntry(key: string): (message: Message) => ThrottleLimits {
  let read: { entry: EntryValue; limits: ThrottleLimits } | undefined;
  return (message) => {
    const entry = requiredEntry(message.environment, key);
    if (read?.entry === entry) return read.limits;
    try {
      const policy = parsePolicy(elementOf(entry), (text) => resolvedIn(message.environment, text));
      read = { entry, limits: new ThrottleLimits(policy) };
    } catch (error) {
      throw new Fault(`The throttle policy ${key} cannot be used: ${(error as Error).message}`, { cause: error });
    }
    return read.limits;
  };
}

const elementOf = (entry: EntryValue): Element => (typeof entry === 'string' ? parseElement(entry) : entry);

/** A value of an entry that is kept in the environment or in the properties file. @throws PolicyError when it is not there */
function resolvedIn(environment: Environment, text: string): string {
  const marked = markedValue(text);
  if (!marked) return text;
  const { kind, name } = marked;
  const value = kind === 'SYSTEM' ? environment.environmentVariable(name) : environment.fileProperty(name);
  if (value === undefined) throw new PolicyError(`there is no value for $${kind}:${name}`);
  return value;
}

/** A server of one process counts here. */
function passesHere(message: Message, limits: ThrottleLimits): boolean {
  const isLimited = limits.policy.concurrency !== undefined;
  if (isLimited) {
    const taken = limits.take();
    tellPlace(message, taken);
    if (!taken) return false;
  }
  let accepted = false;
  try {
    accepted = limits.accepts(callerOf(message), performance.now());
  } finally {
    if (isLimited) whenOver(message, accepted, () => limits.giveBack());
  }
  return accepted;
}

/** Of several gateway processes the server counts for all. */
async function passesServer(
  message: Message,
  policy: ThrottlePolicy,
  { shared, owner }: { shared: SharedState; owner: string },
): Promise<boolean> {
  const { concurrency } = policy;
  let place: number | undefined;
  if (concurrency !== undefined) {
    place = await shared.takePlace(owner, `at once ${concurrency}`, concurrency);
    tellPlace(message, place !== undefined);
    if (place === undefined) return false;
  }
  let accepted = false;
  try {
    accepted = await acceptedByServer(matchRule(policy, callerOf(message)), shared, owner);
  } finally {
    const taken = place;
    if (taken !== undefined) whenOver(message, accepted, () => void shared.givePlaceBack(taken).catch(() => {}));
  }
  return accepted;
}

function acceptedByServer(matched: MatchedRule | undefined, shared: SharedState, owner: string) {
  if (matched?.rule.kind !== 'control') return matched?.rule.kind !== 'deny';
  const { maximum, unit, prohibit } = matched.rule;
  if (maximum === Number.POSITIVE_INFINITY) return true;
  // Another limit under the same key is another counter.
  const window = `${matched.counter} ${maximum} ${unit} ${prohibit}`;
  return shared.passes(owner, window, { maximum, unit, prohibit });
}

function tellPlace(message: Message, taken: boolean): void {
  message.setProperty('synapse.concurrency.throttle', true);
  message.setProperty('synapse.is.concurrent.access.allowed', taken);
}

/** A request that does not pass holds its place no longer. */
function whenOver({ exchange }: Message, accepted: boolean, giveBack: () => void): void {
  if (accepted) holdPlace(exchange, giveBack);
  else giveBack();
}

function callerOf(message: Message) {
  const { headers } = message;
  const remote = (name: string) => {
    const value = message.axis2Property(name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    domain: headers.text('X-Forwarded-Host') ?? remote('REMOTE_HOST'),
    address: headers.text('X-Forwarded-For')?.split(',')[0]?.trim() || remote('REMOTE_ADDR'),
  };
}

import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { EntryValue } from '../runtime/message/registry.js';
import { parseElement } from '../runtime/xml/parse.js';
import { requiredAttribute } from './attribute.js';
import { compileBranch } from './branch.js';
import { requiredEntry } from './entry.js';
import { defineMediator } from './mediator.js';
import { ThrottleLimits } from './throttle-limits.js';
import { PolicyError, parsePolicy } from './throttle-policy.js';

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
  compile(element, context) {
    requiredAttribute(element, 'id');
    const limitsFor = compilePolicy(element);
    const onAccept = compileBranch(element, 'onAccept', context) ?? (() => true);
    const onReject = compileBranch(element, 'onReject', context) ?? (() => false);
    return {
      contentAware: false,
      mediate(message) {
        if (message.isResponse) return true;
        return passes(message, limitsFor(message)) ? onAccept(message) : onReject(message);
      },
    };
  },
});

/** An inline policy is read at deploy, one in an entry when a message finds it new or changed. */
function compilePolicy(element: ConfigElement): (message: Message) => ThrottleLimits {
  const policy =
    element.element('policy') ??
    element.fail('missing-element', '<throttle> needs a <policy>', {
      hint: 'add <policy key="…"/> or an inline policy',
    });
  if (policy.attribute('key') !== undefined) return policyInEntry(requiredAttribute(policy, 'key'));
  const root = policy.elements()[0];
  if (!root)
    return policy.fail('missing-element', '<policy> is empty', { hint: 'put a wsp:Policy into it, or add key="…"' });
  try {
    const limits = new ThrottleLimits(parsePolicy(root.node));
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
      read = { entry, limits: new ThrottleLimits(parsePolicy(withParent(entry))) };
    } catch (error) {
      throw new Fault(`The throttle policy ${key} cannot be used: ${(error as Error).message}`, { cause: error });
    }
    return read.limits;
  };
}

const withParent = (entry: EntryValue): Element => (typeof entry === 'string' ? parseElement(entry) : entry);

function passes(message: Message, limits: ThrottleLimits): boolean {
  const isLimited = limits.policy.concurrency !== undefined;
  if (isLimited) {
    message.setProperty('synapse.concurrency.throttle', true);
    const taken = limits.take();
    message.setProperty('synapse.is.concurrent.access.allowed', taken);
    if (!taken) return false;
  }
  const accepted = limits.accepts(callerOf(message), performance.now());
  if (isLimited) {
    if (accepted && message.exchange.whenAnswered) message.exchange.whenAnswered(() => limits.giveBack());
    else limits.giveBack();
  }
  return accepted;
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

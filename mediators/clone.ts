import type { ConfigElement } from '../runtime/configuration/element.js';
import type { DynamicValue } from '../runtime/expression/dynamic-value.js';
import { WholeNumber } from '../runtime/java/value.js';
import { cloneMessage } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { dynamicAttribute, explicitBooleanAttribute } from './attribute.js';
import { defineMediator, targetAttributes } from './mediator.js';
import { type Branch, beginSplit, markBranch, runBranches } from './split.js';
import { compileTarget, type Target } from './target.js';

/**
 * `<clone id="…" continueParent="false" sequential="false" iterations="n|{expression}"><target/>+</clone>`
 *
 * Runs each target on a copy of the message (mediators 7.1); with `iterations`, one target several times. A branch that
 * made a non-blocking call goes on with the mediators behind the clone, the message itself with `continueParent`.
 */
export const clone = defineMediator({
  name: 'clone',
  summary: 'Runs several targets on copies of the message.',
  attributes: {
    id: { description: 'Name by which an aggregate finds the copies.' },
    continueParent: {
      description: 'Whether the message itself goes on behind the clone.',
      default: 'false',
      values: ['true', 'false'],
    },
    sequential: { description: 'true: one target after the other.', default: 'false', values: ['true', 'false'] },
    iterations: { description: 'How often the one target runs; a number or {expression}.' },
  },
  children: ['target'],
  inner: {
    target: targetAttributes,
  },
  compile(element, context) {
    const id = element.attribute('id');
    const sequential = element.attribute('sequential') === 'true';
    const continueParent = explicitBooleanAttribute(element, 'continueParent', false);
    const targets = element
      .elements()
      .filter((child) => child.localName === 'target')
      .map((child) => compileTarget(child, context));
    const iterations = iterationsOf(element, targets.length);
    return {
      contentAware: true,
      mediate(message) {
        const planned = iterations ? repeated(targets, iterations.evaluate(message)) : targets;
        beginSplit(message, id);
        return runBranches(message, branchesOf(message, planned, id, iterations !== undefined), {
          continueParent,
          sequential,
          ...(sequential ? { afterBranch: refuseFailed } : {}),
        });
      },
    };
  },
});

function iterationsOf(element: ConfigElement, targets: number): DynamicValue | undefined {
  const text = element.attribute('iterations');
  if (text === undefined) return undefined;
  if (targets > 1) {
    element.fail('conflicting-attributes', '<clone> with "iterations" has one <target>', {
      attribute: 'iterations',
      hint: 'remove iterations, or keep a single target',
    });
  }
  if (text.startsWith('{${')) {
    element.fail('invalid-attribute-value', '"iterations" takes a number, an XPath or a json-eval', {
      attribute: 'iterations',
      hint: 'put the value into a property and write iterations="{$ctx:name}"',
    });
  }
  return dynamicAttribute(element, 'iterations');
}

function repeated(targets: readonly Target[], text: string | null): readonly Target[] {
  if (text === null || !/^[+-]?\d+$/.test(text)) throw new Fault(`The iterations of a clone are no integer: ${text}`);
  const [target] = targets;
  return target ? Array.from({ length: Math.max(0, Number(text)) }, () => target) : [];
}

async function* branchesOf(
  message: Message,
  targets: readonly Target[],
  id: string | undefined,
  counted: boolean,
): AsyncGenerator<Branch> {
  for (const [index, target] of targets.entries()) {
    if (counted) message.setProperty('CLONED_ITERATION_INDEX', WholeNumber.integer(index + 1));
    const branch = await cloneMessage(message);
    markBranch(branch, message, id, `${index}/${targets.length}`);
    yield { message: branch, target };
  }
}

/** A failed branch of a sequential clone fails the parent too: the reference reads its Boolean mark as a String. */
function refuseFailed(branch: Message): void {
  if (branch.properties.get('ERROR_ON_TARGET_EXECUTION') !== true) return;
  throw new Fault('class java.lang.Boolean cannot be cast to class java.lang.String');
}

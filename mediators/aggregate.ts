import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { DynamicValue } from '../runtime/expression/dynamic-value.js';
import type { Expression } from '../runtime/expression/expression.js';
import { parentMessageProperty, takeState } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import { handleFault, runForks } from '../runtime/message/flow.js';
import type { Exchange, Mediate, Message, Outcome } from '../runtime/message/message.js';
import { type Assemble, compileAssembly } from './aggregate-assembly.js';
import { AggregateGroup } from './aggregate-group.js';
import { dynamicAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { sequenceProperty, sharedData, withId } from './split.js';

/**
 * ```xml
 * <aggregate id="…">
 *   <correlateOn expression="…"/>
 *   <completeCondition timeout="seconds"><messageCount min="n|{expression}" max="n|{expression}"/></completeCondition>
 *   <onComplete expression="…" sequence="name" enclosingElementProperty="name" aggregateElementType="root|child">
 *     mediators
 *   </onComplete>
 * </aggregate>
 * ```
 * Collects the branches of an `iterate` or `clone` and puts their bodies together (mediators 7.5). The message that
 * completes the group runs `onComplete` on the result and goes on with it; all others stop here.
 */
export const aggregate = defineMediator({
  name: 'aggregate',
  summary: 'Puts the branches of a split message together.',
  attributes: { id: { description: 'The id of the iterate or clone whose branches are collected.' } },
  children: ['correlateOn', 'completeCondition', 'onComplete'],
  inner: {
    correlateOn: ['expression'],
    completeCondition: ['timeout'],
    'completeCondition/messageCount': ['min', 'max'],
    onComplete: ['expression', 'sequence', 'enclosingElementProperty', 'aggregateElementType'],
  },
  compile(element, context) {
    const plan = compilePlan(element, context);
    const groups = new Groups();
    return { contentAware: true, mediate: (message) => collect(message, plan, groups) };
  },
});

interface Plan {
  readonly id: string | undefined;
  readonly correlateOn: Expression | undefined;
  readonly min: DynamicValue | undefined;
  readonly max: DynamicValue | undefined;
  /** Milliseconds; 0: none. */
  readonly timeout: number;
  readonly assemble: Assemble;
  readonly onComplete: (message: Message) => Mediate;
}

function compilePlan(element: ConfigElement, context: CompileContext): Plan {
  const correlateOn = element.element('correlateOn');
  const condition = element.element('completeCondition');
  const count = condition?.element('messageCount');
  const onComplete =
    element.element('onComplete') ??
    element.fail('missing-element', '<aggregate> needs <onComplete>', {
      hint: 'add <onComplete expression="…">mediators</onComplete>',
    });
  return {
    id: element.attribute('id'),
    correlateOn: correlateOn && context.expression(correlateOn, 'expression'),
    min: count && limit(count, 'min'),
    max: count && limit(count, 'max'),
    timeout: timeoutOf(condition),
    assemble: compileAssembly(onComplete, context),
    onComplete: completion(onComplete, context),
  };
}

const limit = (count: ConfigElement, name: string) =>
  count.attribute(name) === undefined ? undefined : dynamicAttribute(count, name);

function timeoutOf(condition: ConfigElement | undefined): number {
  const text = condition?.attribute('timeout')?.trim();
  if (!condition || text === undefined || text === '') return 0;
  const seconds = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds)) {
    condition.fail('invalid-attribute-value', `timeout="${text}" is not a whole number of seconds`, {
      attribute: 'timeout',
      hint: 'write the seconds as digits',
    });
  }
  return Math.max(0, seconds) * 1000;
}

function completion(element: ConfigElement, context: CompileContext): (message: Message) => Mediate {
  const key = element.attribute('sequence');
  if (key !== undefined) {
    return (message) => {
      const found = message.sequence(key);
      if (!found) throw new Fault(`Sequence named ${key} of an aggregate cannot be found`);
      return found.mediate;
    };
  }
  const { mediate, length } = context.children(element);
  return length === 0 ? () => () => false : () => mediate;
}

/**
 * The groups that are being collected. Those of a split belong to its exchange, whatever their key, so that requests at
 * the same time do not mix; others gather messages of several requests and live until they complete.
 */
class Groups {
  readonly #bySplit = new WeakMap<Exchange, Map<string, AggregateGroup>>();
  readonly #byExpression = new Map<string, AggregateGroup>();

  of(message: Message, { correlateOn, id }: Plan): Map<string, AggregateGroup> {
    if (correlateOn && !message.properties.has(withId(sequenceProperty, id))) return this.#byExpression;
    const known = this.#bySplit.get(message.exchange);
    if (known) return known;
    const made = new Map<string, AggregateGroup>();
    this.#bySplit.set(message.exchange, made);
    return made;
  }
}

function collect(message: Message, plan: Plan, groups: Groups): Outcome | Promise<Outcome> {
  const key = groupKey(message, plan);
  if (key === undefined) return true;
  if (sharedData(message, plan.id)?.aggregated) return false;
  const open = groups.of(message, plan);
  let group = open.get(key);
  if (!group) {
    group = new AggregateGroup(limits(message, plan), plan.id);
    open.set(key, group);
    if (plan.timeout > 0) expire(message, group, plan, () => open.delete(key));
  }
  group.add(message);
  if (group.isComplete) {
    open.delete(key);
    group.close();
    return complete(message, group, plan);
  }
  if (plan.timeout > 0) group.park(message);
  return false;
}

/** Undefined: the message is not collected. The value of `correlateOn` does not count, only its text does. */
function groupKey(message: Message, { correlateOn, id }: Plan): string | undefined {
  if (!correlateOn) {
    const parent = message.properties.get(withId(parentMessageProperty, id));
    return parent === undefined ? undefined : String(parent);
  }
  const items = correlateOn.select(message);
  if (items.length === 0)
    throw new Fault(`The correlateOn expression ${correlateOn.source} of an aggregate selects nothing`);
  return items[0] === false ? undefined : correlateOn.source;
}

function limits(message: Message, { min, max, correlateOn }: Plan): { min: number; max: number } {
  if (correlateOn && !(min && max)) {
    throw new Fault('An aggregate with correlateOn needs both min and max in its messageCount');
  }
  return { min: numberOf(min, message), max: numberOf(max, message) };
}

function numberOf(value: DynamicValue | undefined, message: Message): number {
  if (!value) return -1;
  const text = value.evaluate(message)?.trim() ?? '';
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number)) throw new Fault(`The messageCount of an aggregate is no number: ${text}`);
  return Math.trunc(number);
}

/** When the time is over, the last message goes on with what there is; the exchange waits for that. */
function expire(message: Message, group: AggregateGroup, plan: Plan, forget: () => void): void {
  const expired = group.startTimer(plan.timeout).then(async (last) => {
    if (!last) return;
    forget();
    message.environment.logger.log('WARN', 'AggregateMediator', 'An aggregate has timed out and goes on incomplete');
    try {
      if (await complete(last, group, plan)) group.resume(last);
    } catch (error) {
      await handleFault(last, error);
    }
  });
  group.expiry = expired;
  message.exchange.track(expired);
}

async function complete(last: Message, group: AggregateGroup, plan: Plan): Promise<Outcome> {
  const shared = sharedData(last, plan.id);
  if (shared) shared.aggregated = true;
  const result = await plan.assemble(group.messages);
  last.payload = result.payload.clone();
  try {
    const goesOn = await runForks(result, plan.onComplete(result));
    // After a non-blocking call it is the result that goes on, as the answer.
    if (goesOn && result.answers > 0) takeState(last, result);
    return goesOn;
  } catch (error) {
    result.fork = undefined;
    await handleFault(result, error);
    return false;
  }
}

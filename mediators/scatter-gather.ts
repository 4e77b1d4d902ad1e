import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { DynamicValue } from '../runtime/expression/dynamic-value.js';
import type { Expression } from '../runtime/expression/expression.js';
import { buildBody } from '../runtime/message/build.js';
import { cloneMessage } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import { handleFault, runFlow } from '../runtime/message/flow.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';
import { transactionScope } from '../runtime/message/transactions.js';
import { dynamicAttribute, integerAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { guardedList } from './on-error.js';
import { compileScatterResult, type ScatterResult } from './scatter-gather-result.js';

/**
 * ```xml
 * <scatter-gather parallel-execution="true" target="body|variable" target-variable="…" result-content-type="JSON|XML"
 *                 result-enclosing-element="…">
 *   <aggregation expression="…" condition="…" timeout="ms" min-messages="n|{expression}" max-messages="n|{expression}"/>
 *   <sequence/>+
 * </scatter-gather>
 * ```
 * Runs each sequence on a copy of the message and puts what they made together (mediators 7.6). The message goes on when
 * all of them, or as many as asked for, have run through, or when the time is over after the first.
 */
export const scatterGather = defineMediator({
  name: 'scatter-gather',
  summary: 'Runs several sequences on copies of the message and puts their results together.',
  attributes: {
    'parallel-execution': {
      description: 'Whether the sequences run at once.',
      default: 'true',
      values: ['true', 'false'],
    },
    target: { description: 'Where the result goes.', required: true, values: ['body', 'variable'] },
    'target-variable': { description: 'Variable for target="variable".' },
    'result-content-type': { description: 'What the result is.', required: true, values: ['JSON', 'XML'] },
    'result-enclosing-element': { description: 'Name of the element around XML results.' },
  },
  children: ['aggregation', 'sequence'],
  compile(element, context) {
    const aggregation =
      element.element('aggregation') ??
      element.fail('missing-element', '<scatter-gather> needs <aggregation expression="…"/>', {
        hint: 'add <aggregation expression="${payload}"/>',
      });
    const plan: Plan = {
      ...compileAggregation(aggregation, context),
      result: compileScatterResult(element, context.expression(aggregation, 'expression')),
      branches: branchesOf(element, context),
      parallel: element.attribute('parallel-execution') !== 'false',
    };
    return { contentAware: true, mediate: (message) => scatter(message, plan) };
  },
});

interface Plan {
  readonly condition: Expression | undefined;
  readonly min: DynamicValue | undefined;
  readonly max: DynamicValue | undefined;
  /** Milliseconds from the first result on; 0: none. */
  readonly timeout: number;
  readonly result: ScatterResult;
  readonly branches: readonly Mediate[];
  readonly parallel: boolean;
}

function compileAggregation(element: ConfigElement, context: CompileContext) {
  const limit = (name: string) => (element.attribute(name) === undefined ? undefined : dynamicAttribute(element, name));
  return {
    condition: element.attribute('condition') === undefined ? undefined : context.expression(element, 'condition'),
    min: limit('min-messages'),
    max: limit('max-messages'),
    timeout: integerAttribute(element, 'timeout', 0, { minimum: 0 }),
  };
}

function branchesOf(element: ConfigElement, context: CompileContext): Mediate[] {
  const sequences = element.elements().filter((child) => child.localName === 'sequence');
  if (sequences.length === 0) {
    element.fail('missing-element', '<scatter-gather> needs a <sequence>', {
      hint: 'add one <sequence> for each branch',
    });
  }
  return sequences.map((sequence) => guardedList(sequence, context));
}

async function scatter(message: Message, plan: Plan): Promise<Outcome> {
  message.operation.set('RESPONSE_WRITTEN', 'SKIP');
  const gathering = new Gathering(plan.branches.length, limitOf(plan.min, message), limitOf(plan.max, message));
  const copies: Message[] = [];
  for (const _ of plan.branches) copies.push(await cloneMessage(message));
  if (!plan.parallel) for (const copy of copies) copy.transactions = transactionScope(message);
  const work = runBranches(copies, plan, gathering).then(() => gathering.end());
  message.exchange.track(work);
  const gathered = await gathering.result;
  if (!gathered) return false;
  await plan.result.write(message, gathered);
  return true;
}

async function runBranches(copies: readonly Message[], plan: Plan, gathering: Gathering): Promise<void> {
  const run = (mediate: Mediate, index: number): Promise<unknown> => {
    const copy = copies[index] as Message;
    copy.setProperty('messageSequence', `${index}/${copies.length}`);
    const arrivals: Promise<void>[] = [];
    return runFlow(copy, mediate, (flow) => arrivals.push(arrive(flow, plan, gathering))).then(() =>
      Promise.all(arrivals),
    );
  };
  if (plan.parallel) await Promise.all(plan.branches.map(run));
  else for (const [index, mediate] of plan.branches.entries()) await run(mediate, index);
}

/** What a branch ended with may be no body, or none that the condition understands: a fault of the branch. */
async function arrive(flow: Message, plan: Plan, gathering: Gathering): Promise<void> {
  try {
    if (!flow.payload.built) await buildBody(flow);
    if (plan.condition && plan.condition.text(flow) !== 'true') return;
  } catch (error) {
    await handleFault(flow, error);
    return;
  }
  gathering.add(flow, plan.timeout);
}

function limitOf(value: DynamicValue | undefined, message: Message): number {
  if (!value) return 0;
  const text = value.evaluate(message)?.trim() ?? '';
  const number = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(number))
    throw new Fault(`The min-messages and max-messages of a scatter-gather are numbers: ${text}`);
  return Math.trunc(number);
}

/** Collects the branches that have run through, in the order in which they did. */
class Gathering {
  readonly #flows: Message[] = [];
  #timer: NodeJS.Timeout | undefined;
  #resolve: (flows: readonly Message[] | undefined) => void = () => {};
  /** The flows that count; undefined when all branches have ended and they were too few. */
  readonly result = new Promise<readonly Message[] | undefined>((resolve) => {
    this.#resolve = resolve;
  });

  constructor(
    private readonly total: number,
    private readonly min: number,
    private readonly max: number,
  ) {}

  add(flow: Message, timeout: number): void {
    this.#flows.push(flow);
    const { length } = this.#flows;
    const { total, min, max } = this;
    if (length >= total || (min > 0 && length >= min) || (max > 0 && length >= max)) this.#complete();
    else if (timeout > 0) this.#timer ??= setTimeout(() => this.#complete(), timeout);
  }

  /** Without a time to wait for, too few results are never enough. */
  end(): void {
    if (this.#timer === undefined) this.#resolve(undefined);
  }

  #complete(): void {
    clearTimeout(this.#timer);
    this.#resolve([...this.#flows]);
  }
}

import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { setXPathFallback } from '../../runtime/expression/xpath/compile.js';
import { loadXPath2 } from '../../runtime/expression/xpath/xpath2.js';
import {
  ConfigurationError,
  ExpressionSyntaxError,
  evaluate,
  Fault,
  type MessageInput,
  run,
} from '../../runtime/index.js';
import { javaPattern, javaRegex, RegexSyntaxError } from '../../runtime/java/regex.js';
import { limited, TimeLimitError } from '../../runtime/limit/time-limit.js';

/** What the thread is asked to do. */
export type Task =
  | { readonly expression: string; readonly input: MessageInput; readonly isXPath2?: true }
  | { readonly sequence: string; readonly input: MessageInput }
  | { readonly pattern: string; readonly text: string };

const prototypes = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Map.prototype,
  Promise.prototype,
  RegExp.prototype,
];
const shapes = (): string => prototypes.map((one) => Reflect.ownKeys(one).map(String).join(' ')).join('\n');

/** Does a task. What may come of it: a value, an error in its text, a fault. */
async function work(task: Task): Promise<void> {
  const before = shapes();
  try {
    if ('pattern' in task) limited(() => match(task.pattern, task.text));
    else if ('sequence' in task) await run(task.sequence, task.input);
    else assert.equal(typeof (await evaluated(task)).text, 'string');
  } catch (error) {
    // Java's matcher overflows its stack, too.
    if (!isExpected(error) && !('pattern' in task && error instanceof RangeError)) throw error;
  }
  assert.equal(shapes(), before, 'a prototype was changed');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined, 'a prototype was changed');
}

/** With `isXPath2`, what is no XPath 1.0 is taken for 2.0, as where the server's configuration says so. */
async function evaluated({ expression, input, isXPath2 }: Extract<Task, { expression: string }>) {
  setXPathFallback(isXPath2 ? await loadXPath2() : undefined);
  return evaluate(expression, input);
}

function match(pattern: string, text: string): void {
  javaRegex(pattern).test(text);
  const anywhere = javaPattern(pattern);
  anywhere.groups(text);
  anywhere.split(text);
  anywhere.replace(text, '<$0>');
}

function isExpected(error: unknown): boolean {
  return [ExpressionSyntaxError, Fault, ConfigurationError, RegexSyntaxError, TimeLimitError].some(
    (kind) => error instanceof kind,
  );
}

const port = parentPort;
port?.on('message', (task: Task) => {
  work(task).then(
    () => port.postMessage(undefined),
    (error: unknown) => port.postMessage(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
});
port?.postMessage('ready');

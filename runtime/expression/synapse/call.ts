import { reviewPattern } from '../../java/regex.js';
import { spendCharacters } from '../../limit/time-limit.js';
import type { Namespaces } from '../expression.js';
import { compileTail } from './access.js';
import type { Context, Evaluate } from './context.js';
import { dateFunctions } from './functions/dates.js';
import { encodingFunctions } from './functions/encoding.js';
import { numberFunctions } from './functions/numbers.js';
import { registryFunctions } from './functions/registry.js';
import type { Argument, FunctionTable, Overloads } from './functions/table.js';
import { textFunctions } from './functions/text.js';
import { typeFunctions } from './functions/types.js';
import { vaultFunctions } from './functions/vault.js';
import { xpathFunction } from './functions/xpath.js';
import type { Compile } from './paste.js';
import type { Node } from './syntax.js';
import { EvaluationError, type Result, textOf } from './value.js';

type Call = Node & { kind: 'call' };

const functions: FunctionTable = {
  ...textFunctions,
  ...numberFunctions,
  ...typeFunctions,
  ...encodingFunctions,
  ...dateFunctions,
  ...registryFunctions,
  ...vaultFunctions,
};

/** Compiles a function call, with the path behind it for `registry()`, `object()` and `array()`. */
export function compileCall(call: Call, compile: Compile, namespaces: Namespaces): Evaluate {
  const args = call.args.map((node) => compile(node));
  const [, pattern] = call.args;
  if (call.name === 'split' && pattern?.kind === 'string') reviewPattern(textOf(pattern.text));
  const callFunction = compileFunction(call.name, args, namespaces);
  const evaluate: Evaluate = (context) => counted(callFunction(context));
  return call.path ? compileTail(evaluate, call.path, compile) : evaluate;
}

/** Texts count by their length: making them is the work of most functions. */
function counted(value: Result): Result {
  spendCharacters(typeof value === 'string' ? value.length : 0);
  return value;
}

function compileFunction(name: string, args: readonly Evaluate[], namespaces: Namespaces): Evaluate {
  if (name === 'exists' && args.length === 1 && args[0]) return exists(args[0]);
  const overloads = name === 'xpath' ? xpathFunction(namespaces) : functions[name];
  return apply(name, args, overloads ?? {}) ?? unfit(name, args);
}

/** The only function that takes an evaluation error for an answer; faults pass it (message-model 3.6). */
function exists(argument: Evaluate): Evaluate {
  return (context) => {
    try {
      return argument(context) !== null;
    } catch (error) {
      if (error instanceof EvaluationError) return false;
      throw error;
    }
  };
}

/** The overload for this many arguments as a closure; undefined when there is none. */
function apply(name: string, args: readonly Evaluate[], overloads: Overloads): Evaluate | undefined {
  const [first, second, third, more] = args;
  if (more) return undefined;
  if (third && second && first) {
    const call = overloads[3];
    return call && ((context) => call(...withoutNulls(name, first(context), second(context), third(context)), context));
  }
  if (second && first) {
    const call = overloads[2];
    return call && ((context) => call(...withoutNulls(name, first(context), second(context)), context));
  }
  if (first) {
    const call = overloads[1];
    return call && ((context) => call(...withoutNulls(name, first(context)), context));
  }
  return overloads[0];
}

/** All arguments are evaluated before the first null among them counts. */
function withoutNulls<T extends Result[]>(name: string, ...values: T): { [K in keyof T]: Argument } {
  if (values.includes(null)) throw new EvaluationError(`an argument of ${name}() is null`);
  return values as { [K in keyof T]: Argument };
}

/** A call that deploys and never works. Its arguments are evaluated all the same: they may fault. */
function unfit(name: string, args: readonly Evaluate[]): Evaluate {
  return (context: Context) => {
    if (args.length <= 3) for (const argument of args) argument(context);
    throw new EvaluationError(`${name}() does not take ${args.length} arguments`);
  };
}

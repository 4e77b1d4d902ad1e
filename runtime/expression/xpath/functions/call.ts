import { nearest } from '../../../configuration/nearest.js';
import { spendCharacters } from '../../../limit/time-limit.js';
import { remembering } from '../../cache.js';
import type { Namespaces } from '../../expression.js';
import { type Evaluate, type Focus, XPathError } from '../focus.js';
import { parseXPath } from '../parse.js';
import type { XPathTree } from '../syntax.js';
import { stringOf } from '../values.js';
import { coreFunction, coreFunctionNames } from './core.js';
import { engineFunction, engineFunctionNames } from './engine.js';
import { compileGetProperty } from './get-property.js';

type Call = Extract<XPathTree, { type: 'call' }>;
type Compile = (tree: XPathTree) => Evaluate;

/**
 * Compiles a function call. The engine's own functions go by their local name, whatever the prefix; the standard ones
 * take a prefix as long as it is not bound to a namespace. Others fail when they are called (message-model 3.2).
 */
export function compileCall(call: Call, namespaces: Namespaces, compile: Compile): Evaluate {
  const { prefix, name } = call;
  const args = call.args.map(compile);
  if (name === 'get-property') return compileGetProperty(call.args, args);
  const own = engineFunction(name, prefix);
  if (own) return (focus) => counted(own(valuesOf(args, focus), focus));
  const uri = namespaces.get(prefix);
  if (uri !== undefined) return noSuchFunction(`{${uri}}:${name}`);
  if (name === 'evaluate') return compileEvaluate(args, compile);
  const standard = coreFunction(name, args.length);
  return standard ? (focus) => counted(standard(valuesOf(args, focus), focus)) : noSuchFunction(name);
}

/** Texts count by their length: reading and making them is the work of most functions. */
function counted(value: unknown): unknown {
  if (typeof value === 'string') spendCharacters(value.length);
  return value;
}

const valuesOf = (args: readonly Evaluate[], focus: Focus): unknown[] => args.map((arg) => counted(arg(focus)));

function noSuchFunction(name: string): Evaluate {
  return () => {
    throw new XPathError(`No Such Function ${name}`, hintFor(name));
  };
}

function hintFor(name: string): string {
  const meant = nearest(name, ['get-property', 'evaluate', ...engineFunctionNames, ...coreFunctionNames]);
  return meant === undefined
    ? 'XPath knows the functions of XPath 1.0, get-property(…) and those for encoding and encryption'
    : `did you mean ${meant}(…)?`;
}

/** Compiled texts that one `evaluate()` keeps at most. */
const keptTexts = 100;

/** `evaluate(text)`: the text as an expression, on the same context. The last texts are kept compiled. */
function compileEvaluate(args: readonly Evaluate[], compile: Compile): Evaluate {
  const [text] = args;
  const compiled = remembering((source) => compile(parseXPath(source)), keptTexts);
  return (focus) => {
    if (!text || args.length !== 1) throw new XPathError(`evaluate() has ${args.length} arguments, it takes 1`);
    const value = withoutColumn(() => compiled(stringOf(text(focus)))(focus));
    return Array.isArray(value) ? value : [value];
  };
}

/** Columns in the text of an `evaluate()` are none of the expression that calls it. */
function withoutColumn(evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof XPathError) error.column = undefined;
    throw error;
  }
}

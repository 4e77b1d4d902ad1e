import { doubleText } from '../../java/double-text.js';
import { parseDouble, parseInteger, parseLong } from '../../java/parse-number.js';
import { JsonElement, JsonNumber, type JsonValue } from '../../json/value.js';
import type { Namespaces } from '../expression.js';
import { compilePayload, compileVariable } from './access.js';
import { compileCall } from './call.js';
import type { Evaluate } from './context.js';
import { compileLookup } from './lookup.js';
import { operators } from './operators.js';
import type { Node, Operator } from './syntax.js';
import {
  booleanOf,
  doubleOf,
  EvaluationError,
  intOf,
  isBoolean,
  isDouble,
  isInteger,
  type Result,
  textOf,
} from './value.js';

/** Turns a parsed expression into closures; `namespaces` are those that `xpath()` may use. */
export function compileNode(node: Node, namespaces: Namespaces): Evaluate {
  const compile = (child: Node): Evaluate => compileNode(child, namespaces);
  switch (node.kind) {
    case 'number':
      return constant(numberLiteral(node.text));
    case 'string':
      return constant(node.text);
    case 'boolean':
      return constant(node.value);
    case 'null':
      return constant(null);
    case 'array':
      return arrayLiteral(node.items.map(compile));
    case 'operation':
      return operation(node.operator, compile(node.left), compile(node.right));
    case 'conditional':
      return conditional(compile(node.condition), compile(node.then), compile(node.otherwise));
    case 'lookup':
      return compileLookup(node.source, literalName(node.name));
    case 'payload':
      return compilePayload(node.path, compile);
    case 'variable':
      return compileVariable(node.path, compile);
    case 'call':
      return compileCall(node, compile, namespaces);
  }
}

const constant =
  (value: Result): Evaluate =>
  () =>
    value;

function numberLiteral(text: string): Result {
  return parseInteger(text) ?? parseLong(text) ?? parseDouble(text) ?? null;
}

/** The name without the quotes of `headers["name"]`. */
const literalName = (text: string): string => (/^["']/.test(text) ? text.slice(1, -1) : text);

/** Both sides are evaluated, left first, whatever the operator. */
function operation(operator: Operator, left: Evaluate, right: Evaluate): Evaluate {
  const apply = operators[operator];
  return (context) => {
    const leftValue = left(context);
    return apply(leftValue, right(context));
  };
}

function conditional(condition: Evaluate, then: Evaluate, otherwise: Evaluate): Evaluate {
  return (context) => {
    const value = condition(context);
    if (!isBoolean(value)) throw new EvaluationError('the condition in front of "?" is not a Boolean');
    return booleanOf(value) ? then(context) : otherwise(context);
  };
}

/** Numbers stay numbers; everything else becomes a string (message-model 3.6 "An array literal"). */
function arrayLiteral(items: readonly Evaluate[]): Evaluate {
  return (context) => new JsonElement(items.map((item) => arrayItem(item(context))));
}

function arrayItem(value: Result): JsonValue {
  if (value === null) throw new TypeError('an array literal cannot have an item that is null');
  if (isInteger(value)) return new JsonNumber(String(intOf(value)));
  return isDouble(value) ? new JsonNumber(doubleText(doubleOf(value))) : textOf(value);
}

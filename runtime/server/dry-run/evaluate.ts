import { compileExpression } from '../../expression/compile.js';
import type { Expression } from '../../expression/expression.js';
import { WholeNumber } from '../../java/value.js';
import { toJs } from '../../json/plain.js';
import { JsonElement, JsonNumber } from '../../json/value.js';
import { limited } from '../../limit/time-limit.js';
import { buildBody } from '../../message/build.js';
import { errorCode, Fault } from '../../message/fault.js';
import type { Message } from '../../message/message.js';
import { dryRunMessage } from './dry-run-message.js';
import { applyRegistry, applyState, type MessageInput } from './message-input.js';

/** What an expression is on a message (product 5). */
export interface EvalResult {
  kind: 'string' | 'number' | 'boolean' | 'nodes' | 'json' | 'missing';
  /** String value, as a property or a log line would show it; empty when missing. */
  text: string;
  /** The value in JavaScript types; node lists as their serialised texts. */
  value: unknown;
}

/**
 * Evaluates an XPath, `json-eval(…)` or `${…}` expression on a message; the body is built first.
 * @throws ExpressionSyntaxError (with `code` and `column`) when it does not parse, Fault (with `code`) when it cannot be
 * evaluated
 */
export async function evaluate(expression: string, input: MessageInput = {}): Promise<EvalResult> {
  const compiled = compileExpression(expression, new Map());
  const { message, deployed } = dryRunMessage(input);
  applyRegistry(deployed.registry, input);
  applyState(message, input);
  try {
    await buildBody(message);
    return limited(() => {
      const text = compiled.text(message);
      if (text === null) return { kind: 'missing', text: '', value: null };
      return { text, ...describe(compiled, message, text) };
    });
  } catch (error) {
    throw rejection(error);
  }
}

/** Who evaluates by hand has no fault sequence to ask: the code is there, and the message says what the cause was. */
function rejection(error: unknown): Fault {
  const code = error instanceof Fault ? (error.code ?? errorCode.mediation) : errorCode.mediation;
  const texts = messages(error).filter((text, index, all) => !all.slice(0, index).some((said) => said.includes(text)));
  return new Fault(texts.join(': '), { code, cause: error });
}

function messages(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...messages(error.cause)] : [];
}

function describe(expression: Expression, message: Message, text: string): Pick<EvalResult, 'kind' | 'value'> {
  if (expression.language === 'jsonpath') return { kind: text === '' ? 'missing' : 'string', value: text };
  if (expression.language === 'synapse') return describeObject(expression, message, text);
  const selected = expression.select(message);
  const [first] = selected;
  if (selected.length === 1 && !isNode(first)) return describeValue(first, text);
  return { kind: 'nodes', value: text };
}

/** `${xpath(…)}` has a text but no object where it selects no nodes (message-model 3.6); the text says it then. */
function describeObject(expression: Expression, message: Message, text: string): Pick<EvalResult, 'kind' | 'value'> {
  try {
    return describeValue(expression.object(message), text);
  } catch (error) {
    if (error instanceof Fault) return { kind: 'string', value: text };
    throw error;
  }
}

function describeValue(value: unknown, text: string): Pick<EvalResult, 'kind' | 'value'> {
  if (typeof value === 'number') return { kind: 'number', value };
  if (value instanceof WholeNumber) return { kind: 'number', value: Number(value.value) };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (value instanceof JsonElement) return describeJson(value, text);
  if (Array.isArray(value) || isNode(value)) return { kind: 'nodes', value: text };
  return { kind: 'string', value: text };
}

function describeJson({ value }: JsonElement, text: string): Pick<EvalResult, 'kind' | 'value'> {
  if (typeof value === 'string') return { kind: 'string', value };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (value instanceof JsonNumber) return { kind: 'number', value: Number(value.literal) };
  return value === null ? { kind: 'missing', value: null } : { kind: 'json', value: toJs(value) ?? text };
}

function isNode(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'nodeType' in value;
}

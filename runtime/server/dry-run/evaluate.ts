import { compileExpression } from '../../expression/compile.js';
import type { Expression } from '../../expression/expression.js';
import { XPathError } from '../../expression/xpath/focus.js';
import { WholeNumber } from '../../java/value.js';
import { toJs } from '../../json/plain.js';
import { JsonElement, JsonNumber } from '../../json/value.js';
import { limited } from '../../limit/time-limit.js';
import { buildBody } from '../../message/build.js';
import { errorCode, Fault } from '../../message/fault.js';
import type { LogLevel } from '../../message/logger.js';
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

export interface EvaluateOptions {
  /** Called with what the engine only logs, such as why a `${…}` expression is the empty text (message-model 3.6). */
  warn?: (text: string) => void;
}

const unreadable = 'mend the body, or give the content type that it has';

/** An expression that parses and cannot be evaluated on the message. */
export class EvaluationFault extends Fault {
  /** Where the part begins that failed, from 1; undefined when it is not known. */
  readonly column: number | undefined;
  /** What to do; undefined when nobody knows. */
  readonly hint: string | undefined;

  constructor(text: string, code: number, cause: unknown) {
    super(text, { code, cause });
    const part = causes(cause).find((one) => one instanceof XPathError);
    this.column = part?.column;
    this.hint = part?.hint ?? (code === errorCode.parsing ? unreadable : undefined);
  }
}

/**
 * Evaluates an XPath, `json-eval(…)` or `${…}` expression on a message; the body is built first.
 * @throws ExpressionSyntaxError (with `code` and `column`) when it does not parse, EvaluationFault (with `code`) when it
 * cannot be evaluated
 */
export async function evaluate(
  expression: string,
  input: MessageInput = {},
  { warn }: EvaluateOptions = {},
): Promise<EvalResult> {
  const compiled = compileExpression(expression, new Map());
  const said = new Set<string>();
  const log = (level: LogLevel, _logger: string, text: string): void => {
    if (level === 'WARN' && !said.has(text)) warn?.(text);
    said.add(text);
  };
  const { message, deployed } = dryRunMessage(input, { logger: { enabled: () => true, log } });
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
  const texts = causes(error)
    .map(({ message }) => message)
    .filter((text, index, all) => !all.slice(0, index).some((said) => said.includes(text)));
  return new EvaluationFault(texts.join(': '), code, error);
}

/** The error and what caused it, from the outermost. */
function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
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

import { parseBoolean } from '../../java/boolean.js';
import { isJsonArray, JsonElement } from '../../json/value.js';
import { limited } from '../../limit/time-limit.js';
import { Fault } from '../../message/fault.js';
import type { Message } from '../../message/message.js';
import type { Expression, Namespaces } from '../expression.js';
import { compileNode } from './compile.js';
import { isContentAware } from './content-aware.js';
import { parse } from './parser.js';
import { EvaluationError, type Result, textOf } from './value.js';

const none: Namespaces = new Map();

/** The whole body of an XML message is taken as XML (message-model 3.6 "XML payloads"). */
const wholeBody = compileNode({ kind: 'call', name: 'xpath', args: [{ kind: 'string', text: "'$body'" }] }, none);

/**
 * Compiles a Synapse Expression (message-model 3.5, 3.6).
 *
 * Evaluation errors are logged as warnings and yield the empty string, also as the object value; what the reference
 * engine lets escape is thrown as a Fault. The object value is a string (with the quotes it was written with), a number
 * (Double), a WholeNumber, a boolean, a JsonElement, or for `xpath()` an array of nodes.
 *
 * @param source the inside of `${…}`
 * @param namespaces prefixes that `xpath()` may use
 * @throws ExpressionSyntaxError with the column in `source`
 */
export function compileSynapseExpression(source: string, namespaces: Namespaces = none): Expression {
  const evaluate = compileNode(parse(source), namespaces);
  const isWholePayload = /^\s*(?:payload|\$)\s*$/.test(source);
  const run = (message: Message, wantsObject: boolean): Result => {
    const asXml = isWholePayload && message.axis2Text('ContentType')?.includes('application/xml');
    try {
      return limited(() => (asXml ? wholeBody : evaluate)({ message, wantsObject }));
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw faultOf(error, source);
      warn(message, source, error);
      return null;
    }
  };
  const text = (message: Message): string => {
    const value = run(message, false);
    if (value === null) return '';
    try {
      return limited(() => textOf(value));
    } catch (error) {
      throw faultOf(error, source);
    }
  };
  const object = (message: Message) => run(message, true) ?? '';
  return {
    source: `\${${source}}`,
    language: 'synapse',
    contentAware: isContentAware(source),
    text,
    object,
    test: (message) => parseBoolean(text(message)),
    select: (message) => itemsOf(object(message)),
  };
}

/** The fault that names the expression; a code that the cause asks for is kept. */
function faultOf(cause: unknown, source: string): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Fault && cause.code !== undefined ? { code: cause.code } : {};
  return new Fault(`The expression \${${source}} cannot be evaluated: ${reason}`, { cause, ...code });
}

function warn({ environment, artifactName }: Message, source: string, error: EvaluationError): void {
  const text = `Error evaluating expression: ${source} cause : ${error.message}`;
  environment.logger.log(
    'WARN',
    'SynapseExpression',
    text,
    artifactName === undefined ? {} : { artifact: artifactName },
  );
}

/** As json-eval: the elements of a JSON array or another JSON value itself, bare; the nodes of a list; else the value. */
function itemsOf(value: unknown): unknown[] {
  if (value instanceof JsonElement) return isJsonArray(value.value) ? [...value.value] : [value.value];
  if (Array.isArray(value)) return value;
  return value === '' ? [] : [value];
}

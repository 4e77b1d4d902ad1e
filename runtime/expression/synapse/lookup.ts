import { parseDouble, parseInteger, parseLong } from '../../java/parse-number.js';
import { javaText } from '../../java/text.js';
import { Fault } from '../../message/fault.js';
import type { Message } from '../../message/message.js';
import { isExpression } from '../xpath/variables.js';
import type { Evaluate } from './context.js';
import type { LookupSource } from './syntax.js';
import { EvaluationError, type Result } from './value.js';

/** Where each kind of lookup finds its values (message-model 1.3, 3.5). */
const sources: Readonly<Record<LookupSource, (message: Message, name: string) => unknown>> = {
  headers: (message, name) => message.headers.get(name),
  synapse: (message, name) => message.properties.get(name),
  axis2: (message, name) => message.axis2Property(name),
  queryParams: (message, name) => message.properties.get(`query.param.${name}`),
  pathParams: (message, name) => message.properties.get(`uri.var.${name}`),
  functionParams: templateParameter,
  configs: configured,
};

/**
 * `headers.x`, `props.synapse.x`, `params.queryParams.x`, `configs.x` and their like: the text of the value, typed by
 * what it looks like. A missing value is an evaluation error.
 */
export function compileLookup(source: LookupSource, name: string): Evaluate {
  const read = sources[source];
  return ({ message }) => {
    const value = read(message, name);
    if (value === undefined || value === null) throw new EvaluationError(`there is no ${source} value "${name}"`);
    return typed(javaText(value));
  };
}

function typed(text: string): Result {
  return parseInteger(text) ?? parseLong(text) ?? parseDouble(text) ?? text;
}

function templateParameter(message: Message, name: string): unknown {
  const frame = message.functionStack.at(-1);
  if (!frame) throw new Fault('params.functionParams has a value only inside a sequence template');
  const value = frame.parameters.get(name);
  return isExpression(value) ? value.source : value;
}

/** An environment variable, a system property or an entry of the properties file, in that order. */
function configured({ environment }: Message, name: string): string | undefined {
  return (
    environment.environmentVariable(name) || environment.systemProperties.get(name) || environment.fileProperty(name)
  );
}

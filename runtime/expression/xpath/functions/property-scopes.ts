import type { Message } from '../../../message/message.js';
import { XPathError } from '../focus.js';
import { registryText } from './registry-text.js';
import { specialProperty } from './special-properties.js';
import { systemDate } from './system-date.js';

/** Reads a property; `dateFormat` is for `SYSTEM_DATE` only. Null: there is none. */
export type PropertyReader = (message: Message, name: string, dateFormat: string | undefined) => unknown;

/** The scopes of `get-property` (message-model 1.3, 3.2). Missing: null in the first four, "" in the others. */
const scopes: Record<string, (message: Message, name: string) => unknown> = {
  default: (message, name) =>
    specialProperty(message, name) ?? message.properties.get(name) ?? message.environment.localEntry(name) ?? null,
  axis2: (message, name) => message.axis2Property(name) ?? null,
  transport: (message, name) => message.headers.get(name) ?? null,
  operation: (message, name) => message.operation.get(name) ?? null,
  func: (message, name) => {
    const value = functionParameter(message, name);
    // A parameter that was given without a value is null, one that was not given is the empty text.
    return value === undefined ? '' : value;
  },
  registry: (message, name) => registryText(message.environment.registry, name),
  system: (message, name) => message.environment.systemProperties.get(name) ?? '',
  env: (message, name) => message.environment.environmentVariable(name) ?? '',
  file: (message, name) => message.environment.fileProperty(name) ?? '',
};

export const isScope = (text: string): boolean => Object.hasOwn(scopes, text);

/** The reader of a scope. A scope that does not exist has no properties. */
export function propertyReader(scope: string): PropertyReader {
  const read = isScope(scope) ? scopes[scope] : undefined;
  return (message, name, dateFormat) => {
    if (name === '') return '';
    if (name === 'SYSTEM_DATE') return systemDate(dateFormat);
    if (name === 'SYSTEM_TIME') return String(Date.now());
    return read ? read(message, name) : null;
  };
}

/** A parameter of the innermost call-template; outside of a template that is a fault (message-model 3.2). */
export function functionParameter(message: Message, name: string): unknown {
  const frame = message.functionStack.at(-1);
  if (!frame) throw new XPathError(`template parameter "${name}" is read outside of a template`);
  return frame.parameters.get(name);
}

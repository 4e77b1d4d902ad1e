/** `registry(path)`, `registry(path).property("name")` (message-model 3.6 "Functions"). */

import { Fault } from '../../../message/fault.js';
import type { RegistryResource } from '../../../message/registry.js';
import type { Context } from '../context.js';
import { EvaluationError, isString, kindOf, textOf } from '../value.js';
import { decodedBase64 } from './encoding.js';
import type { Argument, FunctionTable } from './table.js';

export const registryFunctions: FunctionTable = {
  registry: { 1: content, 2: property },
};

function content(key: Argument, context: Context): string {
  const { mediaType, content: bytes } = resource(key, context);
  const text = new TextDecoder().decode(bytes);
  if (mediaType && mediaType !== 'text/plain') return text;
  // Mediant: the engine faults on text that is not Base64; here it is given as it is.
  return decodedBase64(text) ?? text;
}

function property(key: Argument, name: Argument, context: Context): string {
  if (!isString(name)) return content(key, context);
  const value = resource(key, context).properties.get(textOf(name));
  if (value === undefined) throw new EvaluationError(`the registry resource has no property "${textOf(name)}"`);
  return value;
}

function resource(key: Argument, { message }: Context): RegistryResource {
  if (!isString(key)) throw new Fault(`registry() needs a path in quotes, got ${kindOf(key)}`);
  const path = textOf(key);
  const found = path === '' ? undefined : message.environment.registry.get(path);
  if (!found) throw new EvaluationError(`there is no registry resource "${path}"`);
  return found;
}

import type { Environment } from '../message.js';
import { type ConversionOptions, readConversionOptions } from './options.js';

const known = new WeakMap<Environment, ConversionOptions>();

/** The server's switches for conversions, read once (message-model 4.6). */
export function environmentConversion(environment: Environment): ConversionOptions {
  let options = known.get(environment);
  if (!options) {
    options = readConversionOptions((key) => environment.property(key));
    known.set(environment, options);
  }
  return options;
}

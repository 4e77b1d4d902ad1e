import type { Environment } from './message.js';

const known = new WeakMap<Environment, ReadonlySet<string>>();

/**
 * Lower-case names of the headers that a request keeps as the message has them: `http.headers.preserve`, by default
 * Content-Type (message-model 2.4 "Headers", 5.9). Read from the server's properties once.
 */
export function preservedHeaders(environment: Environment): ReadonlySet<string> {
  let names = known.get(environment);
  if (!names) {
    const list = environment.property('http.headers.preserve') ?? 'Content-Type';
    names = new Set(list.split(',').map((name) => name.trim().toLowerCase()));
    known.set(environment, names);
  }
  return names;
}

/** The package `thrift`. */
export type Thrift = typeof import('thrift');

let loaded: Promise<Thrift> | undefined;

/** Loads the package when the first event is published: no start waits for it. */
export function loadThrift(): Promise<Thrift> {
  loaded ??= import('thrift').then((found) => (found as { default?: Thrift }).default ?? found);
  return loaded;
}

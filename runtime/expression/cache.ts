/** More texts than a deployment has, fewer than memory minds. */
const usualCapacity = 500;

/**
 * Compiles a text that is only known at run time, such as a path with a value pasted into it, and remembers the result
 * for the newest texts. What `compile` throws is not remembered.
 *
 * @param capacity texts remembered at most
 */
export function remembering<T>(compile: (text: string) => T, capacity = usualCapacity): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const compiled = compile(text);
    if (known.size >= capacity) known.delete(known.keys().next().value ?? '');
    known.set(text, compiled);
    return compiled;
  };
}

/** Texts that are remembered at most, and their greatest length: clients make texts up. */
const maximumTexts = 1000;
const longestText = 200;

/**
 * Remembers what a pure function makes of texts: header names and types are few, and come again with every message.
 * @param compute of a text what is to be remembered; never undefined
 */
export function remembered<Value extends NonNullable<unknown>>(
  compute: (text: string) => Value,
): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = compute(text);
    if (text.length > longestText) return made;
    if (known.size >= maximumTexts) known.clear();
    known.set(text, made);
    return made;
  };
}

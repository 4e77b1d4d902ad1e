/** The class that every character is in. */
export const anything = '[\\s\\S]';

/** Pairs of classes that were compared. */
const known = new Map<string, boolean>();
const capacity = 2_000;

/** Whether no character is in a class of either list; classes as the `v` flag of JavaScript reads them. */
export function areDisjoint(some: Iterable<string>, others: ReadonlySet<string>): boolean {
  for (const one of some) for (const other of others) if (overlap(one, other)) return false;
  return true;
}

function overlap(one: string, other: string): boolean {
  if (one === other || one === anything || other === anything) return true;
  const both = `[${one}&&${other}]`;
  let found = known.get(both);
  if (found === undefined) {
    found = new RegExp(both, 'v').test(sample(both));
    if (known.size >= capacity) known.clear();
    known.set(both, found);
  }
  return found;
}

let everyCharacter: string | undefined;

/** All characters of the basic plane, every 16th of the others, and those around each that a class names. */
function sample(characterClass: string): string {
  everyCharacter ??= basicPlane() + othersInSteps(16);
  const named = Array.from(characterClass.matchAll(/\\u\{([0-9a-f]{5,6})\}|([\u{10000}-\u{10ffff}])/giu), (match) =>
    match[1] === undefined ? (match[2]?.codePointAt(0) ?? 0) : Number.parseInt(match[1], 16),
  );
  const around = named.flatMap((code) => [code - 1, code, code + 1]).filter((code) => code > 0xffff && code < 0x110000);
  return everyCharacter + around.map((code) => String.fromCodePoint(code)).join('');
}

/** Backwards, so that no two surrogates make a pair. */
function basicPlane(): string {
  return Array.from({ length: 0x10000 }, (_, index) => String.fromCharCode(0xffff - index)).join('');
}

function othersInSteps(step: number): string {
  return Array.from({ length: 0x100000 / step }, (_, index) => String.fromCodePoint(0x10000 + index * step)).join('');
}

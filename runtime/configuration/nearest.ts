import { closestMatch } from 'leven';

/**
 * The known name that was probably meant, when one is near enough: at most three letters, a third of the name, differ, or
 * the letters are the same in another order.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const maxDistance = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  return closestMatch(name, names, { maxDistance }) ?? names.find((one) => lettersOf(one) === lettersOf(name));
}

const lettersOf = (name: string): string => [...name.toLowerCase()].sort().join('');

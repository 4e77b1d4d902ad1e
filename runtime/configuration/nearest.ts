import { closestMatch } from 'leven';

/** The known name that was probably meant, when one is near enough: at most three letters, a third of the name, differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const maxDistance = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  return closestMatch(name, [...known], { maxDistance });
}

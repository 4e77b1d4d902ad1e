/** Characters; to fill a longer text stops everything else, and a few of them are all the memory there is. */
const longest = 2 ** 25;

/** Refuses to make a text of so many characters out of a shorter one. @throws RangeError */
export function checkGrowth(characters: number, before: number): void {
  if (characters > before && characters > longest)
    throw new RangeError(`a text of ${characters} characters is too long`);
}

import fc from 'fast-check';

/** The same input on every machine; `PROPERTY_SEED=… PROPERTY_RUNS=…` looks further. */
const seed = Number(process.env['PROPERTY_SEED'] ?? 20260131);
const factor = Number(process.env['PROPERTY_RUNS'] ?? 1);

/**
 * Tries a property on `runs` inputs. A failure tells the seed, the smallest input that was found, and the error.
 * @param isSlow a failure may take seconds, so that no smaller input is looked for
 */
export async function hold<Input extends unknown[]>(
  property: fc.IAsyncProperty<Input> | fc.IProperty<Input>,
  runs: number,
  isSlow = false,
): Promise<void> {
  await fc.assert(property as fc.IAsyncProperty<Input>, {
    seed,
    numRuns: Math.ceil(runs * factor),
    endOnFailure: isSlow,
  });
}

/** Texts made of pieces that mean something to what reads them, with some that mean nothing. */
export function textOf(pieces: readonly string[], maxLength = 12): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    { weight: 1, arbitrary: fc.integer().map(String) },
  );
  return fc.array(piece, { minLength: 1, maxLength }).map((parts) => parts.join(''));
}

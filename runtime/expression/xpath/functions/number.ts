/** `Math.round` of Java: halves upwards, 0 for -0.4, held within a Long. NaN and infinities stay what they are. */
export function javaRound(value: number): number {
  if (!Number.isFinite(value)) return value;
  const limit = 2 ** 63;
  // Adding zero turns the -0 of JavaScript's rounding into 0.
  return Math.min(Math.max(Math.round(value), -limit), limit) + 0;
}

/**
 * Names in the order in which the reference's small hash maps give them: by their hashes, those of one bucket as they
 * came. What is read from such a map is written in this order, which clients and tests see.
 */
export function hashOrder(names: Iterable<string>): string[] {
  const distinct = [...new Set(names)];
  let buckets = 8;
  while (distinct.length > buckets * 0.75) buckets *= 2;
  const bucket = (name: string): number => spread(hashCode(name)) & (buckets - 1);
  return distinct.sort((a, b) => bucket(a) - bucket(b));
}

const spread = (hash: number): number => hash ^ (hash >>> 16);

function hashCode(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

/** URL mappings of API resources, artifacts 1.4. The input is the sub path, query included. */
export type UrlMapping =
  | { readonly kind: 'exact'; readonly text: string; matches(path: string): boolean }
  | { readonly kind: 'extension'; readonly text: string; matches(path: string): boolean }
  /** `score`: number of matching segments; the longest wins. */
  | { readonly kind: 'prefix'; readonly text: string; readonly score: number; matches(path: string): boolean };

export function parseUrlMapping(mapping: string): UrlMapping {
  if (mapping === '/*') return { kind: 'prefix', text: mapping, score: 1, matches: () => true };
  if (mapping.startsWith('/') && mapping.endsWith('/*')) return prefixMapping(mapping);
  if (mapping.startsWith('*.')) {
    const extension = mapping.slice(1);
    // The reference's own text form has two dots; it shows in `rest.url.pattern`.
    return { kind: 'extension', text: `*.${extension}`, matches: (path) => pathOf(path).endsWith(extension) };
  }
  const exact = mapping.length > 1 && mapping.endsWith('/') ? mapping.slice(0, -1) : mapping;
  return { kind: 'exact', text: exact, matches: (path) => trimSlashes(pathOf(path)) === exact };
}

function prefixMapping(mapping: string): UrlMapping {
  const segments = mapping.slice(1, -2).split('/');
  return {
    kind: 'prefix',
    text: mapping,
    score: segments.length + 1,
    matches: (path) => {
      const found = pathOf(path).slice(1).split('/');
      return segments.every((segment, index) => found[index] === segment);
    },
  };
}

function pathOf(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query);
}

function trimSlashes(path: string): string {
  return path === '/' ? path : path.replace(/\/+$/, '');
}

/** What stands at a base path. */
export interface BasePathEntry<Value> {
  /** With a leading slash, without one at the end; elements may be `*`. */
  readonly basePath: string;
  readonly value: Value;
}

export interface BasePathMatch<Value> {
  readonly value: Value;
  /** Base path of this request: wildcards replaced by what stood there; `/` for the root. */
  readonly basePath: string;
  /** The rest of the path: empty, or with a leading slash. */
  readonly pathSuffix: string;
}

/** Base paths: the longest one that a path begins with wins, and of two equally long ones that with the later wildcard. */
export class BasePaths<Value> {
  readonly #exact = new Map<string, BasePathEntry<Value>[]>();
  readonly #wild: { readonly elements: readonly string[]; readonly entry: BasePathEntry<Value> }[] = [];

  constructor(entries: Iterable<BasePathEntry<Value>>) {
    for (const entry of entries) {
      const elements = elementsOf(entry.basePath);
      if (elements.includes('*')) this.#wild.push({ elements, entry });
      else this.#exact.set(keyOf(elements), [...(this.#exact.get(keyOf(elements)) ?? []), entry]);
    }
    this.#wild.sort((a, b) => b.elements.length - a.elements.length || laterWildcard(a.elements, b.elements));
  }

  /** @param path path of a request, without its query. @param accepts whether an entry listens to this request */
  find(path: string, accepts: (value: Value) => boolean): BasePathMatch<Value> | undefined {
    const wild = this.#wild.find(({ elements, entry }) => beginsWith(path, elements) && accepts(entry.value));
    const longest = wild?.elements.length ?? -1;
    for (let end = path.length; end >= 0; end = path.lastIndexOf('/', end - 1)) {
      const head = path.slice(0, end);
      if (depthOf(head) < longest) break;
      const entry = this.#exact.get(head)?.find(({ value }) => accepts(value));
      if (entry) return { value: entry.value, basePath: head || '/', pathSuffix: path.slice(head.length) };
      if (end === 0) break;
    }
    if (!wild) return undefined;
    const head = path.split('/', longest + 1).join('/');
    return { value: wild.entry.value, basePath: head, pathSuffix: path.slice(head.length) };
  }
}

/** Elements of a base path; none for the root. */
function elementsOf(basePath: string): string[] {
  return basePath === '/' ? [] : basePath.slice(1).split('/');
}

function keyOf(elements: readonly string[]): string {
  return elements.map((element) => `/${element}`).join('');
}

function depthOf(path: string): number {
  return path === '' ? 0 : path.split('/').length - 1;
}

function beginsWith(path: string, elements: readonly string[]): boolean {
  const found = path.split('/').slice(1);
  return elements.every((element, index) => (element === '*' ? found[index] : found[index] === element));
}

function laterWildcard(a: readonly string[], b: readonly string[]): number {
  return b.indexOf('*') - a.indexOf('*');
}

/**
 * URI-template matching of API resources: one left-to-right pass without backtracking, as the reference engine does it
 * (artifacts 1.5). The input is the sub path, query included.
 */

/** Values of the template's variables, percent-decoded; null when the path does not match. */
export type TemplateMatch = Map<string, string> | null;

/**
 * Decodes `%XX` escapes as UTF-8; bytes that are no UTF-8 become U+FFFD, as the reference engine's decoder makes them.
 * @throws URIError for an escape that is not two hexadecimal digits.
 */
export function percentDecode(text: string): string {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-f]{2})/i.test(text)) throw new URIError(`malformed percent escape in "${text}"`);
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Splits as Java does: empty parts at the end are dropped, of an empty text one is left. */
export function splitParts(text: string, separator: string): string[] {
  const parts = text.split(separator);
  if (text !== '') while (parts.at(-1) === '') parts.pop();
  return parts;
}

export interface UriTemplate {
  readonly text: string;
  /** @throws URIError for a malformed percent escape in a variable's value. */
  match(path: string): TemplateMatch;
}

interface Variable {
  readonly name: string;
  readonly length: number | undefined;
}

interface Literal {
  readonly kind: 'literal';
  readonly text: string;
}

interface Expansion {
  readonly kind: 'expansion';
  readonly operator: '' | '+' | '.' | '/' | '#';
  readonly variables: readonly Variable[];
}

type Node = Literal | Expansion;

const reserved = new Set(":/?#[]@!$&'()*+,;=");
const namePattern = /^[\w.-]+$/;

/** Parses a template. @throws Error with a message for the configuration problem. */
export function parseUriTemplate(template: string): UriTemplate {
  const text = trimSlash(trimSlash(template));
  const nodes = parseNodes(text);
  const hasQuery = nodes.some((node) => node.kind === 'literal' && node.text.includes('?'));
  return { text: template, match: (path) => matchNodes(nodes, hasQuery, path) };
}

function trimSlash(text: string): string {
  return text !== '/' && text.endsWith('/') ? text.slice(0, -1) : text;
}

function parseNodes(text: string): Node[] {
  if (text.startsWith('{')) throw new Error('a URI template must not begin with an expression');
  const nodes: Node[] = [];
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    if (open < 0) {
      nodes.push({ kind: 'literal', text: rest });
      break;
    }
    if (open > 0) nodes.push({ kind: 'literal', text: rest.slice(0, open) });
    const close = rest.indexOf('}', open);
    if (close < 0) throw new Error(`the expression "${rest.slice(open)}" is not closed`);
    nodes.push(parseExpansion(rest.slice(open + 1, close)));
    rest = rest.slice(close + 1);
  }
  if (nodes.length === 0) throw new Error('a URI template must not be empty');
  return nodes;
}

function parseExpansion(content: string): Expansion {
  const first = content[0] ?? '';
  if (';?&|!@=,'.includes(first) && first !== '') throw new Error(`unsupported template expression "{${content}}"`);
  const operator = ('+./#'.includes(first) ? first : '') as Expansion['operator'];
  const variables = content
    .slice(operator.length)
    .split(',')
    .map((part) => {
      const [name = '', length] = part.split(':');
      if (!namePattern.test(name)) throw new Error(`illegal variable name "${part}" in the URI template`);
      return { name, length: length === undefined ? undefined : Number(length) };
    });
  return { kind: 'expansion', operator, variables };
}

function matchNodes(nodes: readonly Node[], hasQuery: boolean, path: string): TemplateMatch {
  const variables: TemplateMatch = new Map();
  let position = 0;
  let index = 0;
  for (; index < nodes.length; index++) {
    const node = nodes[index] as Node;
    const rest = path.slice(position);
    // A text that is used up still satisfies `*`, and an expression behind a piece of query without a value.
    if (rest === '' && index > 0) {
      if (node.kind === 'literal' && (node.text === '*' || node.text === '/*')) return variables;
      const before = nodes[index - 1] as Node;
      if (!(node.kind === 'expansion' && before.kind === 'literal' && before.text.includes('='))) {
        return null;
      }
      continue;
    }
    const consumed =
      node.kind === 'literal' ? matchLiteral(node.text, rest) : matchExpansion(node, nodes[index + 1], rest, variables);
    if (consumed < 0) return null;
    position += consumed;
  }
  return endsWell(path, position, hasQuery) ? variables : null;
}

const isOptional = (node: Expansion): boolean => '/.#'.includes(node.operator) && node.operator !== '';

function endsWell(path: string, position: number, hasQuery: boolean): boolean {
  const consumed = position < path.length && path.endsWith('/') ? position + 1 : position;
  return consumed >= path.length || (!hasQuery && path[consumed] === '?');
}

function matchLiteral(literal: string, rest: string): number {
  if (literal.endsWith('*')) return rest.startsWith(literal.slice(0, -1)) ? rest.length : -1;
  return rest.startsWith(literal) ? literal.length : -1;
}

function matchExpansion(node: Expansion, next: Node | undefined, rest: string, variables: Map<string, string>): number {
  const separator = node.operator === '.' || node.operator === '/' ? node.operator : ',';
  const start = isOptional(node) ? 1 : 0;
  // `{/b}` and its like match nothing at all when their separator, or a text behind it, is missing.
  if (start === 1 && (rest[0] !== node.operator || rest.length === 1)) return 0;
  const stop = next?.kind === 'literal' ? next.text[0] : undefined;
  let end = start;
  while (end < rest.length && !stopsAt(rest[end] as string, node, separator, stop)) end++;
  return bind(node.variables, rest.slice(start, end), separator, variables) ? end : -1;
}

function stopsAt(char: string, node: Expansion, separator: string, stop: string | undefined): boolean {
  if (char === stop) return true;
  if (node.operator === '+') return false;
  if (node.variables.length > 1 && char === separator) return false;
  return reserved.has(char);
}

function bind(variables: readonly Variable[], text: string, separator: string, values: Map<string, string>): boolean {
  const isList = variables.length > 1 || separator !== ',';
  const parts = isList ? splitParts(text, separator) : [text];
  if (parts.length > variables.length) return false;
  return variables.every(({ name, length }, index) => {
    const value = percentDecode(parts[index] ?? '');
    if (length !== undefined && [...value].length !== length) return false;
    if (values.has(name) && values.get(name) !== value) return false;
    values.set(name, value);
    return true;
  });
}

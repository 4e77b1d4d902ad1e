/** A place in a template that takes values: `{+a,b:3}`. */
interface Placeholder {
  operator: Operator;
  variables: readonly { name: string; prefix: number | undefined }[];
  /** Index of its `{` in the text. */
  offset: number;
}

interface Operator {
  /** What precedes the values when there is one. */
  first: string;
  separator: string;
  /** `name=value`. */
  named: boolean;
  /** What a named variable with an empty value looks like behind its name. */
  empty: string;
  /** Reserved characters and percent triplets are kept. */
  reserved: boolean;
}

const simple: Operator = { first: '', separator: ',', named: false, empty: '', reserved: false };
const operators: Readonly<Record<string, Operator>> = {
  '+': { ...simple, reserved: true },
  '#': { ...simple, first: '#', reserved: true },
  '.': { ...simple, first: '.', separator: '.' },
  '/': { ...simple, first: '/', separator: '/' },
  ';': { first: ';', separator: ';', named: true, empty: '', reserved: false },
  '?': { first: '?', separator: '&', named: true, empty: '=', reserved: false },
  '&': { first: '&', separator: '&', named: true, empty: '=', reserved: false },
};

const variable = /^((?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})+)(?::([1-9]\d{0,3})|\*)?$/;

/** A template that no value can make a URL of. */
export class UriTemplateError extends Error {
  constructor(
    message: string,
    /** Index in the template's text. */
    readonly offset: number,
  ) {
    super(message);
    this.name = 'UriTemplateError';
  }
}

export interface UriTemplate {
  readonly source: string;
  /** Names of all variables with the index of their placeholder. */
  readonly variables: readonly { name: string; offset: number }[];
  /** Expands; variables that `value` does not know vanish. */
  expand(value: (name: string) => string | undefined): string;
}

/**
 * Compiles an RFC 6570 template (level 4 for strings: lists and maps do not occur here). A template that begins with
 * `{` and no `+` takes its first placeholder as a whole URL (artifacts 3.6).
 * @throws UriTemplateError for unbalanced braces and for names that the grammar does not know.
 */
export function compileUriTemplate(source: string): UriTemplate {
  const text = /^\{(?!\+)/.test(source) ? `{+${source.slice(1)}` : source;
  const shift = text.length - source.length;
  const parts: (string | Placeholder)[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('{', at);
    const literal = text.slice(at, open < 0 ? undefined : open);
    const stray = literal.indexOf('}');
    if (stray >= 0) throw new UriTemplateError('a "}" without a "{"', Math.max(0, at + stray - shift));
    if (literal) parts.push(encodeReserved(literal));
    if (open < 0) break;
    const close = text.indexOf('}', open);
    const offset = open === 0 ? 0 : open - shift;
    if (close < 0) throw new UriTemplateError('a "{" without a "}"', offset);
    parts.push(placeholder(text.slice(open + 1, close), offset));
    at = close + 1;
  }
  const variables = parts.flatMap((part) =>
    typeof part === 'string' ? [] : part.variables.map(({ name }) => ({ name, offset: part.offset })),
  );
  return {
    source,
    variables,
    expand: (value) => parts.map((part) => (typeof part === 'string' ? part : fill(part, value))).join(''),
  };
}

function placeholder(text: string, offset: number): Placeholder {
  const operator = operators[text.charAt(0)];
  const names = (operator ? text.slice(1) : text).split(',');
  const variables = names.map((name) => {
    const match = variable.exec(name);
    if (!match) throw new UriTemplateError(`"${name}" is no name of a URI-template variable`, offset);
    return { name: match[1] as string, prefix: match[2] === undefined ? undefined : Number(match[2]) };
  });
  return { operator: operator ?? simple, variables, offset };
}

function fill({ operator, variables }: Placeholder, value: (name: string) => string | undefined): string {
  const filled: string[] = [];
  for (const { name, prefix } of variables) {
    const full = value(name);
    if (full === undefined) continue;
    const text = prefix === undefined ? full : Array.from(full).slice(0, prefix).join('');
    const encoded = operator.reserved ? encodeReserved(text) : encodeUnreserved(text);
    if (!operator.named) filled.push(encoded);
    else filled.push(text === '' ? `${name}${operator.empty}` : `${name}=${encoded}`);
  }
  return filled.length === 0 ? '' : operator.first + filled.join(operator.separator);
}

/** Unreserved characters are kept, everything else is percent-encoded as UTF-8. */
function encodeUnreserved(text: string): string {
  return text.replace(/[^A-Za-z0-9._~-]+/g, percentEncoded);
}

/** Reserved characters and percent triplets are kept too; brackets are not, as in the reference engine. */
function encodeReserved(text: string): string {
  return text.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~\-:/?#@!$&'()*+,;=%]+/g, percentEncoded);
}

export function percentEncoded(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}

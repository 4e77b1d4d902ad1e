import type { Fields } from './fields.js';
import type { ApigeeMessage } from './message.js';
import { textOf } from './value.js';

/**
 * Variables of a message by what stands behind its name (api-management 2.4): `header.Accept`, `queryparam.q.values`,
 * `status.code`. What is no variable of a message is undefined.
 */
export function readMessageVariable(message: ApigeeMessage, rest: string): unknown {
  const simple = simpleVariables[rest];
  if (simple) return simple.get(message);
  const group = groupOf(message, rest);
  if (!group) return undefined;
  return 'list' in group ? readList(group.fields, group.list) : readField(group.fields, group.name, group.isHeader);
}

/** @returns false when there is no such variable; one that is read only stays as it is */
export function writeMessageVariable(message: ApigeeMessage, rest: string, value: unknown): boolean {
  const simple = simpleVariables[rest];
  if (simple) {
    simple.set?.(message, value);
    return true;
  }
  const group = groupOf(message, rest);
  if (!group) return false;
  if ('list' in group) return true;
  const { fields, name } = group;
  const place = placeOf(name);
  const text = textOf(value);
  if (text === undefined) removeField(fields, name);
  else if (place && !fields.has(name)) fields.setAt(place.name, place.index, text);
  else if (Array.isArray(value)) replaceAll(fields, name, value);
  else fields.set(name, text);
  return true;
}

/** @returns false when there is no such variable */
export function removeMessageVariable(message: ApigeeMessage, rest: string): boolean {
  if (rest === 'content') {
    message.content = undefined;
    return true;
  }
  if (rest === 'querystring') {
    message.queryString = '';
    return true;
  }
  const group = groupOf(message, rest);
  if (!group || 'list' in group) return false;
  return removeField(group.fields, group.name);
}

interface SimpleVariable {
  get(message: ApigeeMessage): unknown;
  set?(message: ApigeeMessage, value: unknown): void;
}

const content: SimpleVariable = {
  get: (message) => message.content,
  set: (message, value) => {
    message.content = value instanceof Uint8Array ? value : textOf(value);
  },
};

const path: SimpleVariable = {
  get: (message) => message.path,
  set: (message, value) => {
    message.path = textOf(value) ?? '';
  },
};

const verb: SimpleVariable = {
  get: (message) => message.verb,
  set: (message, value) => {
    message.verb = (textOf(value) ?? 'GET').toUpperCase();
  },
};

const simpleVariables: Readonly<Record<string, SimpleVariable | undefined>> = {
  __proto__: null as never,
  content,
  body: content,
  path,
  verb,
  uri: {
    get: (message) => message.receivedUri ?? message.uri,
    set: (message, value) => {
      message.receivedUri = undefined;
      const [, newPath = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(textOf(value) ?? '') ?? [];
      message.path = newPath;
      message.queryString = query;
    },
  },
  querystring: {
    get: (message) => message.queryString,
    set: (message, value) => {
      message.queryString = textOf(value) ?? '';
    },
  },
  version: { get: (message) => message.version },
  transportid: { get: () => 'http' },
  formstring: { get: (message) => (message.isForm ? message.content : '') },
  'status.code': {
    get: (message) => (message.kind === 'response' ? message.status : undefined),
    set: (message, value) => {
      const status = Number(textOf(value));
      if (Number.isInteger(status) && status >= 100 && status <= 999) message.status = status;
    },
  },
  'reason.phrase': {
    get: (message) => (message.kind === 'response' ? message.reason : undefined),
    set: (message, value) => {
      message.reason = textOf(value);
    },
  },
};

type Group =
  | { readonly fields: Fields; readonly list: 'names' | 'count' }
  | { readonly fields: Fields; readonly name: string; readonly isHeader: boolean };

/** Which fields a name means, and whether one of them or the list of all. */
function groupOf(message: ApigeeMessage, rest: string): Group | undefined {
  const match = /^(header|queryparam|formparam)(s)?\.(.+)$/s.exec(rest);
  if (!match) return undefined;
  const [, kind, plural, name = ''] = match;
  const fields = kind === 'header' ? message.headers : kind === 'queryparam' ? message.queryParams : message.formParams;
  if (!plural) return { fields, name, isHeader: kind === 'header' };
  return name === 'names' || name === 'count' ? { fields, list: name } : undefined;
}

function readList(fields: Fields, list: 'names' | 'count'): unknown {
  return list === 'names' ? fields.names() : fields.names().length;
}

/** The field itself, or one of its values: `NAME.values`, `NAME.values.count`, `NAME.values.string`, `NAME.2` (from 1). */
function readField(fields: Fields, name: string, isHeader: boolean): unknown {
  const values = (of: string): string[] => (isHeader ? headerValues(fields, of) : fields.all(of));
  if (fields.has(name)) return values(name)[0];
  const several = /^(.+)\.values(?:\.(count|string))?$/s.exec(name);
  if (several) {
    const [, of = '', what] = several;
    if (what === 'count') return values(of).length;
    if (!fields.has(of)) return undefined;
    return what === 'string' ? fields.all(of).join(',') : values(of);
  }
  const place = placeOf(name);
  return place && values(place.name)[place.index];
}

/** Headers in which a comma does not part values. */
const whole = new Set([
  'authorization',
  'cookie',
  'date',
  'expires',
  'if-modified-since',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'location',
  'proxy-authenticate',
  'proxy-authorization',
  'retry-after',
  'set-cookie',
  'user-agent',
  'www-authenticate',
]);

/** Values of a header: of several lines, and of the parts between commas outside quotes (api-management 2.3). */
export function headerValues(headers: Fields, name: string): string[] {
  const lines = headers.all(name);
  if (whole.has(name.toLowerCase()) || lines.every((line) => !line.includes(','))) return lines;
  return lines.flatMap((line) => (line.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/gs) ?? ['']).map((part) => part.trim()));
}

/** `NAME.2` as a name and an index from 0. */
function placeOf(name: string): { name: string; index: number } | undefined {
  const match = /^(.+)\.([1-9]\d{0,3})$/s.exec(name);
  return match ? { name: match[1] as string, index: Number(match[2]) - 1 } : undefined;
}

function replaceAll(fields: Fields, name: string, values: readonly unknown[]): void {
  fields.delete(name);
  for (const value of values) fields.add(name, textOf(value) ?? '');
}

function removeField(fields: Fields, name: string): boolean {
  if (fields.delete(name)) return true;
  const place = placeOf(name);
  return place !== undefined && fields.deleteAt(place.name, place.index);
}

/**
 * Messages as a script sees them (api-management 2.8): the first part of the {@link prelude}, written in the script's own
 * language. Names of messages are those of flow variables.
 */
export const messagesPrelude = String.raw`
/** Parsed contents: changes in them are written back. */
let parsed = [];

const define = (target, name, value) =>
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';
const isText = (value) => typeof value === 'string' || value instanceof String;

/** One or several values of a header or parameter: a text with the values by number. */
function fieldValue(values) {
  const first = values[0];
  const text = Object.create(String.prototype, {
    toString: { value: () => first },
    valueOf: { value: () => first },
    toJSON: { value: () => (values.length === 1 ? first : values) },
    length: { value: () => values.length },
  });
  values.forEach((value, index) => (text[index] = value));
  return text;
}

/** Headers or parameters of a message as an object. */
function fieldsOf(read, write) {
  const own = { get: (name) => read('get', String(name)), names: () => read('names') };
  return new Proxy({}, {
    get(_target, name) {
      if (typeof name === 'symbol') return undefined;
      const values = own.get(name);
      if (values !== undefined && values.length > 0) return fieldValue(values);
      return name in Object.prototype ? Object.prototype[name] : undefined;
    },
    has: (_target, name) => typeof name === 'string' && (own.get(name) || []).length > 0,
    set(_target, name, value) {
      if (typeof name === 'symbol') return true;
      if (value === undefined || value === null) write('delete', name);
      else write('set', name, Array.isArray(value) ? value.map(String) : [String(value)]);
      return true;
    },
    deleteProperty(_target, name) {
      write('delete', String(name));
      return true;
    },
    ownKeys: () => own.names(),
    getOwnPropertyDescriptor(_target, name) {
      const values = typeof name === 'string' ? own.get(name) : undefined;
      if (values === undefined || values.length === 0) return undefined;
      return { value: fieldValue(values), writable: true, enumerable: true, configurable: true };
    },
  });
}

/** An element of XML: children by name, attributes by @name, a text when it holds nothing else. */
function xmlOf(nodes) {
  const text = () =>
    nodes.length === 1 && !nodes[0].children.length ? nodes[0].text : nodes.map(({ xml }) => xml).join('');
  return new Proxy(Object.create(String.prototype), {
    get(_target, name) {
      if (name === 'toString' || name === 'valueOf' || name === Symbol.toPrimitive) return text;
      if (name === 'length') return () => nodes.length;
      if (typeof name === 'symbol') return undefined;
      if (/^\d+$/.test(name)) return nodes[name] && xmlOf([nodes[name]]);
      if (name[0] === '@') {
        const values = nodes.flatMap(({ attributes }) => (name.slice(1) in attributes ? [attributes[name.slice(1)]] : []));
        return values.length > 0 ? values.join('') : undefined;
      }
      const local = (child) => child.name.replace(/^.*:/, '') === name.replace(/^.*:/, '');
      const found = nodes.flatMap(({ children }) => children.filter(local));
      return found.length > 0 ? xmlOf(found) : String.prototype[name];
    },
  });
}

/** Text of a message with its readings. */
class Content extends String {
  constructor(text, write, type) {
    super(text);
    define(this, 'parts', { text, write, type });
  }
  get asJSON() {
    const { text, write } = this.parts;
    const known = parsed.find((one) => one.write === write && one.before === text);
    if (known) return known.value;
    const value = text.trim() === '' ? {} : JSON.parse(text);
    parsed.push({ write, before: text, value, shape: JSON.stringify(value) });
    return value;
  }
  get asXML() {
    return xmlOf([call('xml', this.parts.text)]);
  }
  get asForm() {
    return fieldsOf(
      (what, name) => (what === 'names' ? call('form.names', this.parts.text) : call('form.get', this.parts.text, name)),
      () => undefined,
    );
  }
  toJSON() {
    return this.parts.text;
  }
}

/** What scripts changed in parsed contents goes into the contents. */
function writeBack() {
  for (const one of parsed) {
    const shape = JSON.stringify(one.value);
    if (shape === one.shape) continue;
    one.shape = shape;
    one.before = shape;
    one.write(shape);
  }
}

class Status {
  constructor(code, phrase, set) {
    define(this, 'parts', { code, phrase, set });
  }
  get code() { return this.parts.code; }
  set code(code) { this.parts.set('status.code', code); }
  get message() { return this.parts.phrase; }
  set message(text) { this.parts.set('reason.phrase', text); }
  valueOf() { return this.code; }
  toString() { return String(this.code); }
  toJSON() { return this.code; }
}

/** A message by the name of its flow variable. */
class Message {
  constructor(name) {
    define(this, 'variable', name);
    const group = (kind) =>
      fieldsOf(
        (what, field) => call('fields', name, kind, what, field),
        (what, field, values) => call('fields', name, kind, what, field, values),
      );
    define(this, 'groups', { header: group('header'), queryparam: group('queryparam'), formparam: group('formparam') });
    define(this, 'write', (text) => call('set', name + '.content', text));
  }
  part(name) { return call('get', this.variable + '.' + name); }
  put(name, value) { call('set', this.variable + '.' + name, isObject(value) && !isText(value) && !(value instanceof Number) ? JSON.stringify(value) : String(value)); }
  get method() { return this.part('verb'); }
  set method(value) { this.put('verb', value); }
  get verb() { return this.method; }
  set verb(value) { this.method = value; }
  get path() { return this.part('path'); }
  set path(value) { this.put('path', value); }
  get url() { return call('url', this.variable); }
  set url(value) { call('seturl', this.variable, String(value)); }
  get headers() { return this.groups.header; }
  set headers(value) { this.assign('header', value); }
  get queryParams() { return this.groups.queryparam; }
  set queryParams(value) { this.assign('queryparam', value); }
  get formParams() { return this.groups.formparam; }
  get content() {
    writeBack();
    return new Content(call('content', this.variable), this.write);
  }
  set content(value) {
    writeBack();
    parsed = parsed.filter(({ write }) => write !== this.write);
    this.put('content', value === undefined || value === null ? '' : value);
  }
  get body() { return this.content; }
  set body(value) { this.content = value; }
  get status() {
    return new Status(this.part('status.code'), this.part('reason.phrase'), (name, value) => this.put(name, value));
  }
  set status(value) { this.put('status.code', value); }
  assign(kind, value) {
    call('fields', this.variable, kind, 'clear');
    for (const name in value) this.groups[kind][name] = value[name];
  }
}
const messages = Object.create(null);
const messageOf = (name) => (messages[name] ??= new Message(name));
`;

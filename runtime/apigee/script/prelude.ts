import { messagesPrelude } from './prelude-messages.js';

/**
 * What a script sees (api-management 2.8), written in the script's own language: it runs inside of the realm, where
 * `call` and `wait` reach {@link ScriptHost}.
 */
export const prelude = `${messagesPrelude}
let session = {};
/** Objects that flow variables hold, by the number that stands for them outside. */
const kept = new Map();
let lastKept = 0;
/** Exchanges whose callback is still to be called. */
let callbacks = [];

/** A flow variable's value, from the form in which it crosses. */
function received(box) {
  if (box === undefined || box === null) return null;
  if ('object' in box) return kept.get(box.object)?.value ?? null;
  if ('message' in box) return messageOf(box.message);
  return box.value;
}

function setVariable(name, value) {
  writeBack();
  if (value instanceof Message) return call('copy', name, value.variable);
  if (isObject(value) && !isText(value) && !(value instanceof Number) && !(value instanceof Boolean)) {
    const id = ++lastKept;
    kept.set(id, { value, text: textOf(value) });
    return call('keep', name, id, kept.get(id).text);
  }
  call('set', name, value === undefined || value === null ? null : value.valueOf());
}

/** What a kept object is outside: its own text when it has one, else JSON. */
function textOf(value) {
  if (typeof value === 'function') return String(value);
  try {
    return Array.isArray(value) || value.toString === Object.prototype.toString ? JSON.stringify(value) : String(value);
  } catch {
    return '[object Object]';
  }
}

/** Kept objects that have changed since are told outside. */
function tellChanges() {
  for (const [id, one] of kept) {
    const text = textOf(one.value);
    if (text === one.text) continue;
    one.text = text;
    call('changed', id, text);
  }
}

const context = {
  getVariable(name) {
    writeBack();
    return received(call('variable', String(name)));
  },
  setVariable: (name, value) => void setVariable(String(name), value),
  removeVariable: (name) => void call('remove', String(name)),
  get flow() { return call('flow'); },
  get session() { return session; },
  get proxyRequest() { return messageOf('request'); },
  get targetRequest() { return messageOf('request'); },
  get proxyResponse() { return messageOf('response'); },
  get targetResponse() { return messageOf('response'); },
  get errorContent() { return messageOf('error').content; },
};

/** An answer of httpClient. */
function answerOf({ status, reason, headers, content }) {
  const fields = (what, name) => {
    if (what === 'names') return [...new Map(headers.map(([each]) => [each.toLowerCase(), each])).values()];
    return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  };
  const write = () => undefined;
  const answer = { status: new Status(status, reason, write), headers: fieldsOf(fields, write), content: new Content(content, write) };
  define(answer, 'body', answer.content);
  return answer;
}

class Exchange {
  constructor(id) { define(this, 'parts', { id, done: undefined }); }
  state() { return (this.parts.done ??= call('http.state', this.parts.id)); }
  isComplete() { return this.state() !== undefined; }
  isSuccess() { return this.state()?.answer !== undefined; }
  isError() { return this.state()?.error !== undefined; }
  waitForComplete(ms) { if (!this.isComplete()) wait('http.wait', this.parts.id, ms === undefined ? null : Number(ms)); }
  getResponse() {
    const done = this.state();
    return done?.answer === undefined ? null : (this.parts.answer ??= answerOf(done.answer));
  }
  getError() { return this.state()?.error ?? null; }
}

class Request {
  constructor(url, method, headers, body) {
    this.url = url;
    this.method = method === undefined || method === null ? 'GET' : method;
    this.headers = headers === undefined || headers === null ? {} : headers;
    this.body = body;
  }
}

const httpClient = {
  get: (url, callback) => httpClient.send(new Request(url, 'GET'), callback),
  send(request, callback) {
    writeBack();
    const headers = [];
    for (const name in request.headers) {
      const value = request.headers[name];
      for (const each of Array.isArray(value) ? value : [value]) headers.push([name, String(each)]);
    }
    const body = request.body ?? request.content;
    const text = body === undefined || body === null ? null : isObject(body) && !isText(body) ? JSON.stringify(body) : String(body);
    const exchange = new Exchange(call('http.send', String(request.url), String(request.method ?? request.verb ?? 'GET'), headers, text));
    if (typeof callback === 'function') callbacks.push({ exchange, callback });
    return exchange;
  },
};

/** Callbacks are called when the script is through, in the order of their requests. */
function runCallbacks() {
  while (callbacks.length > 0) {
    const { exchange, callback } = callbacks.shift();
    exchange.waitForComplete();
    callback(exchange.getResponse() ?? undefined, exchange.getError() ?? undefined);
  }
}

const digest = (algorithm) => () => {
  let text = '';
  return {
    update(more) { text += more; return this; },
    digest: () => call('digest', algorithm, text, 'bytes'),
    digest64: () => call('digest', algorithm, text, 'base64'),
    digestHex: () => call('digest', algorithm, text, 'hex'),
  };
};
const crypto = {
  getSHA1: digest('sha1'),
  getSHA256: digest('sha256'),
  getSHA512: digest('sha512'),
  getMD5: digest('md5'),
  getHash: (name) => digest(String(name).toLowerCase().replace('-', ''))(),
};

const print = (...values) => void call('print', values.map(String).join(' '));

function begin(run, { properties }) {
  parsed = [];
  callbacks = [];
  const globals = {
    context, httpClient, Request, crypto, print, properties,
    request: messageOf('request'), response: messageOf('response'), message: messageOf('message'),
  };
  for (const name in globals) define(globalThis, name, globals[name]);
  run();
  runCallbacks();
  writeBack();
  tellChanges();
}

function end() {
  session = {};
  kept.clear();
  parsed = [];
  callbacks = [];
  for (const name in messages) delete messages[name];
}

return { begin, end };
`;

import { createHash } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import type { RealmHost } from '../../sandbox/realm.js';
import { parseElement } from '../../xml/parse.js';
import { serializeElement } from '../../xml/serialize.js';
import { Fields } from '../fields.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { textOf } from '../value.js';
import { ScriptHttp } from './script-http.js';
import { ScriptObject } from './script-object.js';

const flowNames: Readonly<Record<FlowContext['phase'], string>> = {
  'proxy-request': 'PROXY_REQ_FLOW',
  'target-request': 'TARGET_REQ_FLOW',
  'target-response': 'TARGET_RESP_FLOW',
  'proxy-response': 'PROXY_RESP_FLOW',
  error: 'ERROR_FLOW',
  done: 'PROXY_POST_CLIENT_FLOW',
};

type FieldKind = 'header' | 'queryparam' | 'formparam';
type Operations = Readonly<Record<string, (...values: never[]) => unknown>>;

/** What the scripts of one transaction can do outside of their realm. */
export class ScriptHost implements RealmHost {
  readonly #http: ScriptHttp;
  readonly #objects = new Map<number, ScriptObject>();

  constructor(private readonly flow: FlowContext) {
    this.#http = new ScriptHttp(flow.runtime);
  }

  call(operation: string, values: unknown[]): unknown {
    return this.#operations[operation]?.(...(values as never[]));
  }

  async wait(_operation: string, [id, ms]: unknown[]): Promise<undefined> {
    await this.#http.wait(id as number, ms as number | null);
  }

  readonly #operations: Operations = {
    variable: (name: string) => this.#boxed(this.flow.get(name)),
    get: (name: string) => textOrNumber(this.flow.get(name)),
    set: (name: string, value: unknown) => this.flow.set(name, value),
    remove: (name: string) => this.flow.remove(name),
    content: (name: string) => this.flow.messageVariable(name)?.content ?? '',
    copy: (name: string, from: string) => this.flow.set(name, this.flow.messageVariable(from)?.clone()),
    keep: (name: string, id: number, text: string) => this.flow.set(name, this.#object(id, text)),
    changed: (id: number, text: string) => {
      this.#object(id, text).text = text;
    },
    fields: (name: string, kind: FieldKind, what: string, field?: string | null, values?: string[] | null) =>
      this.#fields(name, kind, what, field ?? '', values ?? []),
    url: (name: string) => this.#url(name),
    seturl: (name: string, url: string) => {
      const isTarget = name === 'request' && this.flow.phase === 'target-request';
      this.flow.set(isTarget ? 'target.url' : `${name}.uri`, url);
    },
    flow: () => flowNames[this.flow.phase],
    xml: (text: string) => xmlTree(parseElement(text)),
    'form.get': (text: string, name: string) => Fields.parameters(text).all(name),
    'form.names': (text: string) => Fields.parameters(text).names(),
    digest: (algorithm: string, text: string, form: string) => digestOf(algorithm, text, form),
    print: (text: string) => this.flow.runtime.log('DEBUG', text),
    'http.send': (url: string, method: string, headers: [string, string][], body: string | null) =>
      this.#http.send(url, method, headers, body),
    'http.state': (id: number) => this.#http.state(id),
  };

  #boxed(value: unknown): unknown {
    if (value === undefined || value === null) return undefined;
    if (value instanceof ScriptObject) {
      return value.owner === this ? { object: value.id } : { value: value.plain() };
    }
    if (value instanceof ApigeeMessage) return { message: this.#nameOf(value) };
    if (typeof value === 'object') return { value: Array.isArray(value) ? value : textOf(value) };
    return { value };
  }

  /** A variable by which the script finds the message again. */
  #nameOf(message: ApigeeMessage): string {
    for (const name of ['request', 'response', 'error']) if (this.flow.messageVariable(name) === message) return name;
    const name = `mediant.script.message.${this.#objects.size}`;
    this.flow.set(name, message);
    return name;
  }

  #object(id: number, text: string): ScriptObject {
    const object = this.#objects.get(id) ?? new ScriptObject(this, id, text);
    this.#objects.set(id, object);
    return object;
  }

  #fields(name: string, kind: FieldKind, what: string, field: string, values: readonly string[]): unknown {
    const message = this.flow.messageVariable(name);
    if (!message) return what === 'names' || what === 'get' ? [] : undefined;
    const fields =
      kind === 'header' ? message.headers : kind === 'queryparam' ? message.queryParams : message.formParams;
    switch (what) {
      case 'names':
        return fields.names();
      case 'get':
        return fields.all(field);
      case 'clear':
        return fields.clear();
      default:
        fields.delete(field);
        for (const value of values) fields.add(field, value);
        return undefined;
    }
  }

  #url(name: string): string {
    const { flow } = this;
    const target = flow.get('target.url');
    if (name === 'request' && flow.phase === 'target-request' && target !== undefined) return String(target);
    return name === 'request' ? String(flow.get('proxy.url')) : (flow.messageVariable(name)?.uri ?? '');
  }
}

function textOrNumber(value: unknown): unknown {
  return typeof value === 'number' ? value : textOf(value);
}

interface XmlTree {
  name: string;
  attributes: Record<string, string>;
  text: string;
  xml: string;
  children: XmlTree[];
}

function xmlTree(element: Element): XmlTree {
  return {
    name: element.nodeName,
    attributes: Object.fromEntries(Array.from(element.attributes, ({ name, value }) => [name, value])),
    text: element.textContent ?? '',
    xml: serializeElement(element),
    children: Array.from(element.childNodes)
      .filter((node): node is Element => node.nodeType === 1)
      .map(xmlTree),
  };
}

function digestOf(algorithm: string, text: string, form: string): unknown {
  const hash = createHash(algorithm).update(text, 'utf8');
  return form === 'bytes' ? [...hash.digest()] : hash.digest(form as 'base64' | 'hex');
}

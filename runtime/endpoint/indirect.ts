import type { Element } from '@xmldom/xmldom';
import type { CompileContext } from '../configuration/context.js';
import { ConfigElement } from '../configuration/element.js';
import type { Expression } from '../expression/expression.js';
import { buildBody } from '../message/build.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Endpoint, Message } from '../message/message.js';
import type { EntryValue } from '../message/registry.js';
import type { ChildEndpoint, SendMode } from './endpoint.js';

/** Finds the endpoint that a message goes to. */
type Lookup = (message: Message) => Endpoint | Promise<Endpoint>;

/** An endpoint that stands for another one, looked up at each send (artifacts 3.8). */
export class IndirectEndpoint implements ChildEndpoint {
  readonly name = undefined;

  constructor(
    /** The fixed key, if it has one; composites compare their children by it. */
    readonly key: string | undefined,
    private readonly lookup: Lookup,
  ) {}

  ready(message: Message): boolean {
    const found = this.#known(message);
    return found !== undefined && 'ready' in found ? (found as ChildEndpoint).ready(message) : true;
  }

  retryable(code: number): boolean {
    return this.#last === undefined || !('retryable' in this.#last) || (this.#last as ChildEndpoint).retryable(code);
  }

  send(message: Message): Promise<void> {
    return this.#send(message, 'send');
  }

  sendBlocking(message: Message): Promise<void> {
    return this.#send(message, 'sendBlocking');
  }

  /** The endpoint that was used last: the same one decides about retries. */
  #last: Endpoint | undefined;

  #send(message: Message, mode: SendMode): Promise<void> {
    let found: Endpoint | Promise<Endpoint>;
    try {
      found = this.lookup(message);
    } catch (error) {
      return Promise.reject(error);
    }
    const sendBy = (endpoint: Endpoint): Promise<void> => {
      this.#last = endpoint;
      return endpoint[mode](message);
    };
    return found instanceof Promise ? found.then(sendBy) : sendBy(found);
  }

  #known(message: Message): Endpoint | undefined {
    if (this.key === undefined) return this.#last;
    return message.endpoint(this.key);
  }
}

/** `<endpoint key="…"/>`. */
export function keyEndpoint(key: string, context: CompileContext): IndirectEndpoint {
  return new IndirectEndpoint(key, (message) => named(message, key, context));
}

/** `<endpoint key-expression="…"/>`. */
export function keyExpressionEndpoint(expression: Expression, context: CompileContext): IndirectEndpoint {
  return new IndirectEndpoint(undefined, async (message) => {
    if (expression.contentAware && !message.payload.built) await buildBody(message);
    const key = expression.text(message);
    if (key === null) throw new Fault('Error while performing the call operation');
    return named(message, key, context);
  });
}

/** @throws Fault 305100 when there is no such endpoint. */
function named(message: Message, key: string, context: CompileContext): Endpoint {
  const { environment } = message;
  const found = message.endpoint(key) ?? entryEndpoint(environment.localEntry(key), context);
  if (found) return found;
  const text = `Couldn't find the endpoint with the key : ${key}`;
  throw new Fault(text, { code: errorCode.endpointNotFound, detail: text });
}

const entries = new WeakMap<Element, Endpoint>();

/** A local entry may hold an endpoint definition; it is compiled when it is first used. */
function entryEndpoint(entry: EntryValue | undefined, context: CompileContext): Endpoint | undefined {
  if (entry === undefined || typeof entry === 'string' || entry.localName !== 'endpoint') return undefined;
  let endpoint = entries.get(entry);
  if (!endpoint) {
    endpoint = context.endpoint(new ConfigElement(entry, 'local entry', undefined));
    entries.set(entry, endpoint);
  }
  return endpoint;
}

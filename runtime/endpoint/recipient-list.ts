import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { DynamicValue } from '../expression/dynamic-value.js';
import { buildBody } from '../message/build.js';
import { cloneMessage } from '../message/clone.js';
import { errorCode, Fault } from '../message/fault.js';
import { handleFault } from '../message/flow.js';
import type { Message } from '../message/message.js';
import type { ChildEndpoint, SendMode } from './endpoint.js';
import { GroupEndpoint } from './group.js';
import { type EndpointProperties, readProperties } from './property-children.js';

/** Where the recipients come from: fixed, or addresses named by each message. */
export type Recipients =
  | { readonly fixed: readonly ChildEndpoint[] }
  | { readonly value: DynamicValue; readonly poolSize: number; readonly endpointFor: (url: string) => ChildEndpoint };

const sequenceProperty = 'messageSequence';

/** Sends a copy of the message to each of its recipients (artifacts 3.8). */
export class RecipientListEndpoint extends GroupEndpoint {
  readonly #properties: EndpointProperties;
  readonly #pool = new Map<string, ChildEndpoint>();

  constructor(
    endpoint: ConfigElement,
    context: CompileContext,
    private readonly recipients: Recipients,
  ) {
    super(endpoint.attribute('name'));
    this.#properties = readProperties(endpoint, context);
  }

  /**
   * The first recipient's answer becomes the message; the answers to the copies come in by the out path of a `send`. A
   * `call` goes on with the first one alone.
   */
  protected async sendBy(message: Message, mode: SendMode): Promise<void> {
    await this.#properties.apply(message);
    if (!message.payload.built) await buildBody(message);
    const [first, ...others] = this.#children(message).filter((child) => child.ready(message));
    if (!first) throw this.#noneReady();
    const total = others.length + 1;
    const copies = await Promise.all(others.map(() => cloneMessage(message)));
    message.setProperty(sequenceProperty, `0/${total}`);
    const isCall = message.properties.get('continuation.call') === true;
    for (const [index, child] of others.entries()) {
      const copy = copies[index] as Message;
      copy.setProperty(sequenceProperty, `${index + 1}/${total}`);
      message.exchange.track(deliver(copy, child, mode, isCall));
    }
    await first[mode](message);
  }

  #children(message: Message): readonly ChildEndpoint[] {
    const { recipients } = this;
    if ('fixed' in recipients) return recipients.fixed;
    const list = recipients.value.evaluate(message) ?? '';
    return list
      .split(',')
      .map((url) => url.trim())
      .filter(Boolean)
      .map((url) => this.#pooled(url, recipients.poolSize, recipients.endpointFor));
  }

  /** Endpoints of named addresses are kept, so that suspension means something; the longest unused one goes first. */
  #pooled(url: string, size: number, make: (url: string) => ChildEndpoint): ChildEndpoint {
    const endpoint = this.#pool.get(url) ?? make(url);
    this.#pool.delete(url);
    this.#pool.set(url, endpoint);
    for (const oldest of this.#pool.keys()) {
      if (this.#pool.size <= size) break;
      this.#pool.delete(oldest);
    }
    return endpoint;
  }

  #noneReady(): Fault {
    const text = `Recipient List endpoint : ${this.name ?? 'AnonymousEndpoint'} - no child endpoints available for sending`;
    return new Fault(text, { code: errorCode.endpointsNotReady, detail: text });
  }
}

async function deliver(copy: Message, child: ChildEndpoint, mode: SendMode, isCall: boolean): Promise<void> {
  try {
    await child[mode](copy);
  } catch (error) {
    await handleFault(copy, error);
    return;
  }
  if (isCall || mode === 'sendBlocking') return;
  copy.response = true;
  copy.answers++;
  copy.faultStack = [];
  await copy.exchange.inject(copy);
}

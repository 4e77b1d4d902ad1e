import type { Artifact } from '../runtime/deploy/compile-artifact.js';
import { Deployed } from '../runtime/deploy/deployed.js';
import { dispatchAnswer } from '../runtime/deploy/dispatch.js';
import { MemoryRegistry } from '../runtime/deploy/memory-registry.js';
import type { MediatorDefinition } from '../runtime/index.js';
import { runFlow } from '../runtime/message/flow.js';
import { formatBody } from '../runtime/message/formatters/format-body.js';
import type { Exchange, Mediate, Message } from '../runtime/message/message.js';
import { createMessage } from '../runtime/server/gateway/inbound.js';
import type { Transport } from '../runtime/transport/transport.js';

export const SYNAPSE = 'http://ws.apache.org/ns/synapse';

/** A client's request. */
export interface Body {
  readonly contentType: string;
  readonly text: string;
}

const items = Array.from({ length: 8 }, (_, count) => ({ sku: `sku-${count}`, price: 2.5, quantity: count + 1 }));
const jsonOrder = (note: string): string =>
  JSON.stringify({ number: 'A-1', country: 'DE', total: 120, customer: { name: 'Ada' }, items, note });
const itemElements = items
  .map(
    ({ sku, price, quantity }) => `<item sku="${sku}"><price>${price}</price><quantity>${quantity}</quantity></item>`,
  )
  .join('');
const xmlOrder = (note: string): string =>
  `<order><number>A-1</number><country>DE</country><total>120</total><customer><name>Ada</name></customer><items>${itemElements}</items><note>${note}</note></order>`;

/** Fills a text up to a number of bytes. */
const filled = (text: (note: string) => string, bytes: number): string =>
  text('x'.repeat(Math.max(0, bytes - text('').length)));

/** The same order, 1 kB of each. */
export const bodies = {
  json: { contentType: 'application/json', text: filled(jsonOrder, 1000) },
  xml: { contentType: 'application/xml', text: filled(xmlOrder, 1000) },
} satisfies Record<string, Body>;

/** A client that waits for nothing but its answer. */
export class Client implements Exchange {
  answer: string | undefined;
  error: unknown;
  readonly #work = new Set<Promise<unknown>>();

  constructor(private readonly deployed: Deployed) {}

  get answered(): boolean {
    return this.answer !== undefined;
  }

  async respond(message: Message): Promise<void> {
    if (this.answered) return;
    this.answer = '';
    this.answer = await written(message);
  }

  inject(message: Message): unknown {
    return dispatchAnswer(this.deployed, message);
  }

  track(work: Promise<unknown>): void {
    const tracked = work.catch((error: unknown) => this.unhandled(error)).finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }

  unhandled(error: unknown): void {
    this.error ??= error;
  }

  acknowledgeIfForced(): void {}

  /** Waits for all that the message started. */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

/** The body as a client would receive it. */
export async function written(message: Message): Promise<string> {
  const { body } = await formatBody(message, { direction: 'response' });
  return Buffer.isBuffer(body) ? body.toString('utf8') : '';
}

const soap = (result: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${result}</s:Body></s:Envelope>`;

/** What the services say that mediators ask, by the end of their address. */
const services: Readonly<Record<string, { type: string; body: string }>> = {
  allow: { type: 'application/json', body: '{"result":true}' },
  EntitlementService: {
    type: 'text/xml',
    body: soap(
      '<r:getDecisionResponse xmlns:r="http://org.apache.axis2/xsd"><r:return>&lt;Response&gt;&lt;Result&gt;&lt;Decision&gt;Permit&lt;/Decision&gt;&lt;/Result&gt;&lt;/Response&gt;</r:return></r:getDecisionResponse>',
    ),
  },
  OAuth2TokenValidationService: {
    type: 'text/xml',
    body: soap(
      '<r:validateResponse xmlns:r="http://org.apache.axis2/xsd"><r:return><valid>true</valid></r:return></r:validateResponse>',
    ),
  },
};
const order = { type: 'application/json', body: '{"number":"N-1"}' };

/** A backend inside this process, so that calls cost what Mediant does for them and nothing else. */
const backend: Transport = {
  exchange: ({ url }) => {
    const { type, body } = services[url.slice(url.lastIndexOf('/') + 1)] ?? order;
    return Promise.resolve({
      status: 200,
      reason: 'OK',
      headers: ['Content-Type', type, 'Content-Length', String(body.length)],
      body: Buffer.from(body),
    });
  },
  close() {},
};

/** A deployment without a network. Log lines are made and thrown away. */
export class World {
  readonly deployed: Deployed;

  /** @param artifacts elements that are deployed beside the sequences under measurement */
  constructor(artifacts = '', mediators: readonly MediatorDefinition[] = []) {
    const logger = { enabled: () => true, log: () => {} };
    this.deployed = new Deployed({
      registry: new MemoryRegistry(),
      logger,
      transport: backend,
      mediators,
      trustedScripts: true,
    });
    for (const artifact of this.#compile(`<definitions xmlns="${SYNAPSE}">${artifacts}</definitions>`)) {
      this.deployed.add(artifact);
    }
  }

  /** Compiles the mediators of a sequence, once. */
  sequence(
    mediators: string,
    { attributes = '', trusted = false }: { attributes?: string; trusted?: boolean } = {},
  ): Mediate {
    const [artifact] = this.#compile(
      `<sequence xmlns="${SYNAPSE}" name="measured" ${attributes}>${mediators}</sequence>`,
      trusted,
    );
    if (artifact?.kind !== 'sequence') throw new Error(`no sequence: ${mediators}`);
    return artifact.value.mediate;
  }

  /** A request as the gateway makes it of what a client sent: its body has not been read. */
  message(bytes: Uint8Array, contentType: string, exchange: Exchange): Message {
    return createMessage(
      {
        method: 'POST',
        target: '/orders?express=yes',
        rawHeaders: [
          'Host',
          'localhost:8280',
          'Content-Type',
          contentType,
          'X-Customer',
          'gold',
          'Authorization',
          'Bearer t-1',
        ],
        transport: 'http',
        localAddress: '127.0.0.1',
        localPort: 8280,
        remoteAddress: '127.0.0.1',
        body: bytes,
      },
      { environment: this.deployed, exchange },
    );
  }

  /** Runs one message through a sequence, with all that it starts. */
  async run(mediate: Mediate, bytes: Uint8Array, contentType: string): Promise<{ message: Message; client: Client }> {
    const client = new Client(this.deployed);
    const message = this.message(bytes, contentType, client);
    await runFlow(message, mediate);
    await client.settle();
    return { message, client };
  }

  #compile(text: string, isOwners = false): readonly Artifact[] {
    const { artifacts, problems } = (isOwners ? this.deployed.ofOwner : this.deployed).compile(text, 'bench.xml');
    const error = problems.find(({ severity }) => severity === 'error');
    if (error) throw new Error(`${error.message} in ${text}`);
    return artifacts;
  }
}

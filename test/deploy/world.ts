import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBackground } from '../../runtime/deploy/background/start.js';
import type { Artifact } from '../../runtime/deploy/compile-artifact.js';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { FolderRegistry } from '../../runtime/deploy/registry.js';
import { TransportHeaders } from '../../runtime/message/headers.js';
import { type Exchange, Message } from '../../runtime/message/message.js';
import { Payload } from '../../runtime/message/payload.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

const xmlns = 'xmlns="http://ws.apache.org/ns/synapse"';

/** A deployment without a server around it, in which message processors and tasks run. */
export class DeployedWorld {
  /** Lines of log mediators. */
  readonly logs: string[] = [];
  /** Everything that was logged, `LEVEL Logger: text`. */
  readonly lines: string[] = [];
  readonly deployed: Deployed;
  readonly #transport: HttpTransport;

  /** @param options secrets by their alias; the authority whose certificates are trusted, in PEM */
  constructor(options: { secrets?: Record<string, string>; ca?: string } = {}) {
    this.#transport = new HttpTransport(options.ca === undefined ? {} : { tls: { ca: options.ca } });
    this.deployed = new Deployed({
      registry: new MemoryRegistry(new FolderRegistry([])),
      transport: this.#transport,
      secret: (alias) => options.secrets?.[alias],
      logger: {
        enabled: () => true,
        log: (level, logger, text) => {
          if (logger === 'LogMediator') this.logs.push(text.replace(/^\{[^}]*\} /, ''));
          this.lines.push(`${level} ${logger}: ${text}`);
        },
      },
    });
  }

  /** Compiles artifacts, whose namespace is added, and deploys them. */
  add(...xml: string[]): Artifact[] {
    return xml.flatMap((text) => {
      const { artifacts, problems } = this.compile(text);
      assert.deepEqual(
        problems.filter(({ severity }) => severity === 'error'),
        [],
        text,
      );
      for (const artifact of artifacts) this.deployed.add(artifact);
      return artifacts;
    });
  }

  compile(xml: string) {
    return this.deployed.compile(xml.replace(/^<([\w-]+)/, `<$1 ${xmlns}`), 'test.xml');
  }

  start(): void {
    startBackground(this.deployed);
  }

  /** A built message with a body of JSON and an exchange of its own. */
  message(body: string, properties: Record<string, unknown> = {}): Message {
    const payload = Payload.empty();
    payload.setJsonText(body);
    const exchange = { answered: false, track: () => {}, unhandled: () => {} } as unknown as Exchange;
    const headers = TransportHeaders.of([['Content-Type', 'application/json']]);
    const message = new Message({ environment: this.deployed, exchange, headers, payload });
    message.axis2.set('ContentType', 'application/json');
    message.axis2.set('messageType', 'application/json');
    for (const [name, value] of Object.entries(properties)) message.properties.set(name, value);
    return message;
  }

  /** Puts a message into a store. */
  async put(store: string, body: string, properties: Record<string, unknown> = {}): Promise<void> {
    const found = this.deployed.messageStores.get(store);
    assert.ok(found, `no message store ${store}`);
    await found.put(this.message(body, properties));
  }

  size(store: string): Promise<number> | undefined {
    return this.deployed.messageStores.get(store)?.size(this.deployed);
  }

  /** Waits until it is so; the time is a bound against hanging, not a measurement. */
  async until(condition: () => boolean | undefined | Promise<boolean | undefined>, what: string): Promise<void> {
    for (const end = Date.now() + 20_000; Date.now() < end; await sleep(5)) if (await condition()) return;
    assert.fail(`never: ${what}\n${this.lines.join('\n')}`);
  }

  async close(): Promise<void> {
    await this.deployed.close();
    await this.deployed.dataBridge?.close();
    this.#transport.close();
  }
}

import assert from 'node:assert/strict';
import type { Outcome } from '../../runtime/message/message.js';
import type { Message } from '../../runtime/message/message.js';
import { DeployedWorld } from '../deploy/world.js';
import { certificates } from '../transport/certificates.js';
import { BridgeServer } from './bridge-server.js';

/** A deployment that trusts a receiver of the data bridge, and that receiver. */
export class BridgeWorld {
  private constructor(
    readonly world: DeployedWorld,
    readonly server: BridgeServer,
  ) {}

  static async start(secrets: Record<string, string> = {}): Promise<BridgeWorld> {
    const { ca } = await certificates();
    return new BridgeWorld(new DeployedWorld({ secrets, ca }), await BridgeServer.start());
  }

  /** An event sink for the receiver, as its file. */
  sink(password = 'secret'): string {
    const { receiverUrl, authenticatorUrl } = this.server;
    return `<eventSink><receiverUrl>${receiverUrl}</receiverUrl><authenticatorUrl>${authenticatorUrl}</authenticatorUrl>
      <username>admin</username><password>${password}</password></eventSink>`;
  }

  /** Deploys a file. */
  deploy(file: string, xml: string): void {
    const { artifacts, problems } = this.world.deployed.compile(xml, file);
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    for (const artifact of artifacts) this.world.deployed.add(artifact, { replace: true });
  }

  /** Runs mediators on a message. */
  async run(xml: string, body = '{"total": 3}', prepare: (message: Message) => void = () => {}): Promise<Message> {
    this.deploy('flow.xml', `<sequence xmlns="http://ws.apache.org/ns/synapse" name="flow">${xml}</sequence>`);
    return this.runAgain(body, prepare);
  }

  /** Runs the mediators that were run before. */
  async runAgain(body = '{"total": 3}', prepare: (message: Message) => void = () => {}): Promise<Message> {
    const message = this.world.message(body);
    prepare(message);
    const outcome: Outcome | undefined = await this.world.deployed.sequence('flow')?.mediate(message);
    assert.equal(outcome, true);
    return message;
  }

  until(condition: () => boolean, what: string): Promise<void> {
    return this.world.until(condition, what);
  }

  async close(): Promise<void> {
    this.server.silent = false;
    await this.world.close();
    await this.server.stop();
  }
}

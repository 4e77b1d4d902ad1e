import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MediantProcess } from './mediant-process.js';

/** What a client that writes raw bytes gets. */
export interface RawAnswer {
  /** Everything that came. */
  readonly text: string;
  /** Status codes of the final answers, in turn. */
  readonly statuses: readonly number[];
  /** The gateway closed the connection. */
  readonly closed: boolean;
}

/** A `mediant start` whose API `/s` forwards to a backend of the test. */
export class SmugglingGateway {
  private constructor(
    private readonly server: MediantProcess,
    private readonly deploy: string,
  ) {}

  static async start(backend: Server): Promise<SmugglingGateway> {
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    const { port } = backend.address() as AddressInfo;
    const deploy = mkdtempSync(path.join(tmpdir(), 'mediant-smuggling-'));
    // A backend that fails is called again at once.
    const suspension =
      '<suspendOnFailure><errorCodes>-1</errorCodes></suspendOnFailure><markForSuspension><errorCodes>-1</errorCodes></markForSuspension>';
    const endpoint = `<endpoint><address uri="http://127.0.0.1:${port}/b">${suspension}</address></endpoint>`;
    const fault =
      '<faultSequence><property name="HTTP_SC" value="502" scope="axis2"/><property name="NO_ENTITY_BODY" value="true" scope="axis2" type="BOOLEAN"/><respond/></faultSequence>';
    writeFileSync(
      path.join(deploy, 'api.xml'),
      `<api xmlns="http://ws.apache.org/ns/synapse" name="s" context="/s"><resource methods="GET POST PUT DELETE PATCH HEAD OPTIONS" uri-template="/*"><inSequence><call>${endpoint}</call><respond/></inSequence>${fault}</resource></api>`,
    );
    // The flag makes Node's own parser lenient wherever nobody says otherwise.
    const env = { NODE_OPTIONS: '--insecure-http-parser' };
    return new SmugglingGateway(await MediantProcess.start(['--deploy', deploy], { env }), deploy);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.deploy, { recursive: true, force: true });
  }

  /**
   * Writes the pieces as they are, each after what the gateway said to the one before or a while.
   * @param answers final answers after which the client closes, if the gateway has not
   * @param received told of everything that came so far
   */
  send(pieces: readonly string[], answers: number, received?: (text: string) => void): Promise<RawAnswer> {
    const { port } = new URL(this.server.url('gateway'));
    return new Promise((resolve) => {
      let text = '';
      let closed = true;
      const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
      const write = async (): Promise<void> => {
        for (const piece of pieces) {
          if (socket.destroyed) return;
          socket.write(piece, 'latin1');
          if (pieces.length > 1) await new Promise((next) => setTimeout(next, 2));
        }
      };
      socket.once('connect', () => void write());
      socket.on('data', (data) => {
        text += data.toString('latin1');
        received?.(text);
        if (finalStatuses(text).length < answers || !endsComplete(text, pieces[0]?.startsWith('HEAD ') === true))
          return;
        closed = false;
        socket.destroy();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve({ text, statuses: finalStatuses(text), closed }));
    });
  }
}

function finalStatuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.[01] ([2-9]\d\d)/g)].map((match) => Number(match[1]));
}

/** The last answer has all of its body, by its length or its last chunk. */
function endsComplete(text: string, toHead: boolean): boolean {
  const last = text.slice(text.lastIndexOf('HTTP/1.1 '));
  const end = last.indexOf('\r\n\r\n') + 4;
  if (end < 4) return false;
  if (toHead) return true;
  if (/^transfer-encoding: chunked/im.test(last)) return last.endsWith('0\r\n\r\n');
  return last.length - end >= Number(/^content-length: (\d+)/im.exec(last)?.[1] ?? 0);
}

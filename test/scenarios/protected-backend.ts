import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A request as the other process received it; header names as they were written. */
export interface Received {
  server: 'tokens' | 'backend';
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: Buffer;
}

export interface FixedAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

interface Behaviour {
  /** null: back to normal work. */
  tokenAnswer?: FixedAnswer | 'reset' | 'hang' | null;
  backendAnswer?: FixedAnswer | null;
  /** Forget all tokens issued so far. */
  revoke?: true;
  /** The body that a token request must have. */
  tokenBody?: string;
  /** Seconds that tokens live from now on. */
  expiresIn?: number;
}

/** Credentials of the gateway at the authorization server, as the sequence holds them. */
export const clientAuth = Buffer.from('backend-key:backend-secret').toString('base64');

const script = fileURLToPath(new URL('../../../test/scenarios/backend-process.mjs', import.meta.url));

/** The authorization server and the backend, running in a process of their own. */
export class ProtectedBackend {
  readonly received: Received[] = [];
  #sequence = 0;

  private constructor(
    private readonly child: ChildProcess,
    readonly tokenUrl: string,
    readonly backendUrl: string,
  ) {
    child.on('message', (message: Record<string, unknown>) => {
      if (typeof message.server === 'string') this.received.push(toReceived(message));
    });
  }

  static async start(): Promise<ProtectedBackend> {
    const child = fork(script, [clientAuth], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const ports = await new Promise<{ tokens: number; backend: number }>((resolve, reject) => {
      child.once('message', (message) => resolve(message as { tokens: number; backend: number }));
      child.once('exit', (code) => reject(new Error(`the backend process ended with ${code}`)));
    });
    const url = (port: number): string => `http://127.0.0.1:${port}`;
    return new ProtectedBackend(child, `${url(ports.tokens)}/oauth/token`, url(ports.backend));
  }

  /** Resolves when the process behaves so. */
  behave(behaviour: Behaviour): Promise<void> {
    const sequence = ++this.#sequence;
    return new Promise((resolve) => {
      const listen = (message: { done?: number }): void => {
        if (message.done !== sequence) return;
        this.child.off('message', listen);
        resolve();
      };
      this.child.on('message', listen);
      this.child.send({ ...behaviour, sequence });
    });
  }

  /** Requests since the last call, once the process has nothing more to report. */
  async take(): Promise<{ tokens: Received[]; backend: Received[] }> {
    await this.behave({});
    const all = this.received.splice(0);
    return {
      tokens: all.filter(({ server }) => server === 'tokens'),
      backend: all.filter(({ server }) => server === 'backend'),
    };
  }

  stop(): void {
    this.child.disconnect();
  }
}

function toReceived(message: Record<string, unknown>): Received {
  const raw = message.headers as string[];
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    headers.push([raw[index] as string, raw[index + 1] as string]);
  return { ...(message as unknown as Received), headers, body: Buffer.from(message.body as string, 'base64') };
}

/** The header's value, or undefined; names compared ignoring case. */
export function headerOf(received: Received | undefined, name: string): string | undefined {
  return received?.headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}

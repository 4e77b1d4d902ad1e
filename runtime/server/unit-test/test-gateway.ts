import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Deployed } from '../../deploy/deployed.js';
import type { Message } from '../../message/message.js';
import type { Recorder } from '../../message/recorder.js';
import { createGateway } from '../gateway/gateway.js';
import { loadTlsKeys } from '../tls.js';

/** The gateway of one suite, on free ports of this machine. */
export interface TestGateway {
  readonly http: number;
  /** 0 unless it was asked for. */
  readonly https: number;
  close(): Promise<void>;
}

/** @param https whether the suite asks by https, for which a certificate is made */
export async function openTestGateway(
  deployed: Deployed,
  { https, recorder }: { https: boolean; recorder?: Recorder<Message> | undefined },
): Promise<TestGateway> {
  const listener = (transport: 'http' | 'https'): RequestListener => {
    const mediate = createGateway(deployed, transport, undefined, recorder);
    return (request, response) => void mediate(request, response);
  };
  const servers: Server[] = [createServer(listener('http'))];
  if (https) servers.push(createTlsServer(await temporaryKeys(), listener('https')));
  const [http = 0, secure = 0] = await Promise.all(servers.map(listen));
  return {
    http,
    https: secure,
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

async function temporaryKeys(): Promise<{ cert: string; key: string }> {
  const home = await mkdtemp(path.join(tmpdir(), 'mediant-test-'));
  try {
    return await loadTlsKeys({ home });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

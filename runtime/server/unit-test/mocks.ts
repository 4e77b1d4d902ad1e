import { HttpTransport } from '../../transport/http-transport.js';
import type { Transport, TransportRequest, TransportResponse } from '../../transport/transport.js';
import { redact } from '../redact.js';
import { type MockServer, type MockService, startMockServer } from './mock-service.js';

/**
 * The running mock services of a suite or a dry run. They listen on free ports, whatever ports they are given: calls of
 * flows to the given ones on this machine are led there, so that suites can run beside each other and beside servers.
 */
export class Mocks {
  readonly #services: readonly MockService[];
  readonly #servers = new Map<number, MockServer>();
  /** Ports of this machine that flows may call, by the ports that flows name. */
  readonly #ports = new Map<number, number>();
  #unmatched: string[] = [];

  private constructor(services: readonly MockService[]) {
    this.#services = services;
  }

  static async start(services: readonly MockService[]): Promise<Mocks> {
    const mocks = new Mocks(services);
    for (const port of new Set(services.map((service) => service.port))) {
      const here = services.filter((service) => service.port === port);
      const server = await startMockServer(here, (request, body) => {
        const names = here.map(({ name }) => name).join(', ');
        mocks.#unmatched.push(redact(`${names} (port ${port}): ${request}${body === '' ? '' : ` with ${body}`}`));
      });
      mocks.#servers.set(port, server);
      mocks.#ports.set(port, server.port);
    }
    return mocks;
  }

  /** Leads calls to one port of this machine to another one, unless a mock service has it. */
  lead(from: number, to: number): void {
    if (!this.#ports.has(from)) this.#ports.set(from, to);
  }

  /** The requests since the last time that no mock service knew, without credentials. */
  takeUnmatched(): string[] {
    const unmatched = this.#unmatched;
    this.#unmatched = [];
    return unmatched;
  }

  /**
   * Where a named endpoint sends to instead: a mock service of its name with a resource whose context and sub-context are
   * path and query of the URL, up to a slash at their end; without one, the URL itself (artifacts 5.5).
   */
  readonly redirect = (endpoint: string, url: string): string => {
    const target = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/is.exec(url)?.[1] ?? '';
    for (const { name, port, context, resources } of this.#services) {
      if (name !== endpoint) continue;
      const found = resources.find(({ subContext }) => [target, `${target}/`].includes(context + subContext));
      if (found) return `http://localhost:${port}${context}${found.subContext}`;
    }
    return url;
  };

  /** The way out of a flow under test. */
  transport(): Transport {
    const transport = new HttpTransport();
    return {
      exchange: (request: TransportRequest): Promise<TransportResponse> =>
        transport.exchange({ ...request, url: this.#led(request.url) }),
      open: (target) => transport.open(target),
      close: () => transport.close(),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
  }

  #led(url: string): string {
    const [, port, rest] = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]):(\d+)(.*)$/is.exec(url) ?? [];
    const here = this.#ports.get(Number(port));
    return here === undefined ? url : `http://127.0.0.1:${here}${rest}`;
  }
}

import type { RequestListener, ServerResponse } from 'node:http';

/** What the internal port answers on one path. */
export interface InternalAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** Answers by path, GET only. Metrics join the probes here. */
export type InternalRoutes = ReadonlyMap<string, () => InternalAnswer | Promise<InternalAnswer>>;

/**
 * The probes of artifacts 6.2. The spaces in the texts are those of the reference.
 *
 * @param state.faultyApplications names of `.car` files that could not be deployed
 */
export function probes(state: { version: string; faultyApplications: () => readonly string[] }): InternalRoutes {
  const version = JSON.stringify(state.version);
  return new Map([
    [
      '/healthz',
      () => {
        const faulty = state.faultyApplications();
        const start = `{"version":${version}, "update_level":"0", `;
        if (faulty.length === 0) return json(200, `${start}"status" : "ready"}`);
        const names = faulty.map((name) => JSON.stringify(name)).join(', ');
        return json(500, `${start}"status": "not ready, faulty CAPPs detected", "Faulty CAPPs" : [${names}]}`);
      },
    ],
    ['/liveness', () => json(200, '{"server" : "started"}')],
  ]);
}

/** Handler of the internal port: the routes, 405 for another method, 404 for another path. */
export function internalHandler(routes: InternalRoutes): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const route = routes.get(path);
    if (route === undefined) return send(response, json(404, '{"error":"there is nothing at this path"}'));
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET');
      return send(response, json(405, '{"error":"only GET is allowed"}'));
    }
    Promise.resolve()
      .then(route)
      .catch(() => json(500, '{"error":"the answer could not be made"}'))
      .then((answer) => send(response, answer));
  };
}

function json(status: number, body: string): InternalAnswer {
  return { status, contentType: 'application/json', body };
}

function send(response: ServerResponse, { status, contentType, body }: InternalAnswer): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { World } from '../../bench/messages.js';
import { classPort, neighbours, samples } from '../../bench/micro-samples.js';
import { mediationMiddleware } from '../../runtime/server/gateway/middleware.js';

const deep = 100_000;
const bodies = {
  empty: ['application/json', ''],
  'empty xml': ['application/xml', ''],
  'malformed JSON': ['application/json', '{"number": "A-1", "items": [{'],
  'malformed XML': ['application/xml', '<order><number>A-1</order>'],
  'no XML': ['application/xml', 'hello'],
  'undeclared prefix': ['application/xml', '<p:order><number>A-1</number></p:order>'],
  'no SOAP': ['application/soap+xml', '<order/>'],
  text: ['text/plain', 'hello'],
  binary: ['application/octet-stream', Buffer.from([0, 255, 254, 1, 128, 10, 60, 123])],
  'not UTF-8': ['application/json', Buffer.from([123, 34, 97, 34, 58, 34, 255, 254, 34, 125])],
  'JSON scalar': ['application/json', '7'],
  'JSON array': ['application/json', '[[1], null]'],
  'deep JSON': ['application/json', '[{"items":'.repeat(deep) + '1' + '}]'.repeat(deep)],
  'deep XML': ['application/xml', '<items>'.repeat(deep) + '</items>'.repeat(deep)],
  'broken multipart': ['multipart/form-data; boundary=x', '--y\r\nContent-Disposition: form-data\r\n\r\n'],
} as const;

const api = (name: string, mediators: string) =>
  `<api xmlns="http://ws.apache.org/ns/synapse" name="${name}" context="/${name}"><resource methods="POST"><inSequence>${mediators}<header name="X-End" scope="transport" value="done"/><respond/></inSequence><outSequence><header name="X-End" scope="transport" value="out"/><send/></outSequence><faultSequence><header name="X-End" scope="transport" expression="$ctx:ERROR_CODE"/><header name="X-Message" scope="transport" expression="$ctx:ERROR_MESSAGE"/><payloadFactory media-type="text"><format>fault</format><args/></payloadFactory><respond/></faultSequence></resource></api>`;

describe('bodies that a mediator cannot work on', function () {
  this.timeout(600_000);
  let server: http.Server;
  const logs: string[] = [];
  const world = new World(neighbours, [classPort]);

  before(async () => {
    world.deployed.logger.log = (level: string, logger: string, text: string) => void logs.push(`${level} ${logger} ${text}`);
    const app = new Koa();
    app.use(mediationMiddleware(world.deployed, 'http'));
    server = http.createServer(app.callback()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });
  after(() => server.close());

  it('matrix', async () => {
    for (const sample of samples) {
      for (const kind of ['json', 'xml'] as const) {
        if (sample.only !== undefined && sample.only !== kind) continue;
        const name = `${(sample.name ?? sample.mediator).replaceAll(/\W+/g, '-')}-${kind}`;
        const { artifacts, problems } = world.deployed.compile(api(name, sample.xml(kind)), 'a.xml');
        if (artifacts.length === 0) throw new Error(JSON.stringify(problems));
        for (const artifact of artifacts) world.deployed.add(artifact);
        const row: string[] = [];
        for (const [what, [type, body]] of Object.entries(bodies)) {
          logs.length = 0;
          const started = Date.now();
          const answer = await post(server, `/${name}`, type, body);
          const bad = logs.filter((line) => line.includes('ServerWorker') || line.includes('No fault handler'));
          row.push(`${what}=${answer}${bad.length ? `!!${bad}` : ''}${Date.now() - started > 1000 ? ` ${Date.now() - started}ms` : ''}`);
        }
        console.log(name.padEnd(24), row.join(' | '));
      }
    }
  });
});

function post(server: http.Server, path: string, type: string, body: string | Uint8Array): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const request = http.request({ port, host: '127.0.0.1', path, method: 'POST', headers: { 'Content-Type': type } }, (response) => {
      response.resume().on('end', () => resolve(`${response.statusCode} ${response.headers['x-end'] ?? ''}${response.headers['x-message'] ? ` (${response.headers['x-message']})` : ''}`));
    });
    request.setTimeout(20_000, () => { resolve('TIMEOUT'); request.destroy(); });
    request.on('error', (error) => resolve(error.message));
    request.end(body);
  });
}

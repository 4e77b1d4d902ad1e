import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { World } from '../../bench/messages.js';
import { classPort, neighbours, notMeasured, type Sample, samples } from '../../bench/micro-samples.js';
import { mediators } from '../../mediators/index.js';
import { jvmOnly } from '../../mediators/jvm-only.js';
import { mediationMiddleware } from '../../runtime/server/gateway/middleware.js';
import { badInput } from './bad-input.js';

const deep = 100_000;

/** Bodies that are not what they say, or not what a mediator works on, with their content type. */
const bodies: readonly (readonly [what: string, type: string, body: string | Uint8Array])[] = [
  ['empty JSON', 'application/json', ''],
  ['empty XML', 'application/xml', ''],
  ['malformed JSON', 'application/json', '{"number": "A-1", "items": [{'],
  ['malformed XML', 'application/xml', '<order><number>A-1</order>'],
  ['text that says it is XML', 'application/xml', 'hello'],
  ['an undeclared prefix', 'application/xml', '<p:order><number>A-1</number></p:order>'],
  ['SOAP without an envelope', 'application/soap+xml', '<order/>'],
  ['text', 'text/plain', 'hello'],
  ['binary', 'application/octet-stream', Buffer.from([0, 255, 254, 1, 128, 10, 60, 123])],
  ['JSON that is not UTF-8', 'application/json', Buffer.from([123, 34, 97, 34, 58, 34, 255, 254, 34, 125])],
  ['a JSON number', 'application/json', '7'],
  ['a JSON array', 'application/json', '[[1], null]'],
  ['deep JSON', 'application/json', `${'[{"items":'.repeat(deep)}1${'}]'.repeat(deep)}`],
  ['deep XML', 'application/xml', '<items>'.repeat(deep) + '</items>'.repeat(deep)],
  ['broken multipart', 'multipart/form-data; boundary=x', '--y\r\nContent-Disposition: form-data\r\n\r\n'],
];

/** How the table shows what became of a message: it went through, or faulted with a code. */
const outcomes: Readonly<Record<string, string>> = { '': '.', '601000': 'P', '0': '0', ORDER_EMPTY: 'X' };

/** The handler says so in a header; whatever else comes is what the flow answers. */
const api = (name: string, flow: string): string =>
  `<api xmlns="http://ws.apache.org/ns/synapse" name="${name}" context="/${name}"><resource methods="POST"><inSequence>${flow}<respond/></inSequence><outSequence><send/></outSequence>
    <faultSequence><header name="X-Code" scope="transport" expression="$ctx:ERROR_CODE"/><payloadFactory media-type="text"><format>fault</format><args/></payloadFactory><respond/></faultSequence></resource></api>`;

const kindsOf = ({ only }: Sample): ('json' | 'xml')[] => (only === undefined ? ['json', 'xml'] : [only]);

describe('bodies that mediators cannot work on (mediators 2.2)', function () {
  this.timeout(120_000);
  const past: string[] = [];
  const world = new World(neighbours, [classPort]);
  let server: http.Server;

  before(async () => {
    // What leaves the handlers behind it is said by one of these.
    world.deployed.logger.log = (_level, logger, text) => {
      if (logger === 'ServerWorker' || logger === 'FaultHandler') past.push(text);
    };
    const app = new Koa();
    app.use(mediationMiddleware(world.deployed, 'http'));
    server = http.createServer(app.callback()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('every mediator that runs is in the table', () => {
    const measured = new Set(samples.map(({ mediator }) => mediator));
    const built = mediators.filter((definition) => !jvmOnly.includes(definition)).map(({ name }) => name);
    const others = built.filter((name) => !measured.has(name));
    assert.deepEqual(others.sort(), Object.keys(notMeasured).sort());
    const rows = samples.flatMap((sample) =>
      kindsOf(sample).map((kind) => `${sample.name ?? sample.mediator} ${kind}`),
    );
    assert.deepEqual(Object.keys(badInput).sort(), rows.sort());
  });

  for (const sample of samples) {
    for (const kind of kindsOf(sample)) {
      const name = `${sample.name ?? sample.mediator} ${kind}`;
      it(`${name}: each is answered, by the flow or by its fault sequence`, async () => {
        const path = name.replaceAll(/\W+/g, '-');
        for (const artifact of world.deployed.compile(api(path, sample.xml(kind)), 'api.xml').artifacts) {
          world.deployed.add(artifact);
        }
        past.length = 0;
        let row = '';
        for (const [what, type, body] of bodies) {
          const code = await codeOf(server, `/${path}`, type, body);
          row += outcomes[code] ?? `(${what}: ${code})`;
        }
        assert.equal(row, badInput[name], bodies.map(([what], place) => `${what} ${row[place]}`).join(', '));
        assert.deepEqual(past, [], 'nothing goes past the fault sequence');
      });
    }
  }
});

/** `ERROR_CODE` when the fault sequence answered; empty when the flow did. @throws Error without an answer */
function codeOf(server: http.Server, path: string, type: string, body: string | Uint8Array): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const options = {
    port,
    host: '127.0.0.1',
    path,
    method: 'POST',
    headers: { 'Content-Type': type, Authorization: 'Bearer t' },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const code = response.headers['x-code'];
      response.resume().on('end', () => resolve(typeof code === 'string' ? code : ''));
    });
    request.on('error', reject);
    request.end(body);
  });
}

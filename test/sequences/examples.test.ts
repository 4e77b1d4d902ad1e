import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { mediators } from '../../mediators/index.js';
import { jvmOnly } from '../../mediators/jvm-only.js';
import { loadMediators } from '../../runtime/deploy/mediator-modules.js';
import { type MessageInput, type RunResult, run } from '../../runtime/index.js';

const folder = fileURLToPath(new URL('../../../sequences/examples/', import.meta.url));
const built = mediators.filter((definition) => !jvmOnly.includes(definition)).map(({ name }) => name);

interface Row {
  example: string;
  /** What is special in this row, when an example has several. */
  name?: string;
  input?: MessageInput;
  outcome?: RunResult['outcome'];
  status?: number;
  body?: string | RegExp;
  headers?: Record<string, string | undefined>;
  logs?: readonly string[];
}

const json = (value: unknown, more: MessageInput = {}): MessageInput => ({
  contentType: 'application/json',
  body: JSON.stringify(value),
  ...more,
});
const xml = (body: string): MessageInput => ({ contentType: 'application/xml', body });

const item = { sku: 'a', price: 2, quantity: 3 };
const order = { number: 'A-1', items: [item, { sku: 'b', price: 5, quantity: 1 }] };
const xmlOrder = '<order country="FR"><item sku="a" price="2" quantity="3"/></order>';
const invoice = /<invoice[^>]*><line sku="a">6<\/line><\/invoice>/;
const priced = '[{"sku":"a","total":6},{"sku":"b","total":5}]';

const rows: readonly Row[] = [
  { example: 'aggregate', input: json(order), body: priced },
  { example: 'bam', input: json(item), status: 202, body: '{"status": "taken"}' },
  { example: 'builder', input: json(item), body: JSON.stringify(item) },
  { example: 'cache', input: json(item), body: '{"number":"N-1"}' },
  { example: 'call', input: json(item), body: '{"accepted": "N-1"}' },
  {
    example: 'call-template',
    input: json({ name: 'Ada' }, { headers: { 'Accept-Language': 'fr-FR' } }),
    body: '{"greeting": "Bonjour, Ada"}',
  },
  { example: 'call-template', name: 'default', input: json({ name: 'Ada' }), body: '{"greeting": "Hello, Ada"}' },
  { example: 'callout', input: xml(xmlOrder), body: /N-1/ },
  { example: 'class', input: json({ price: 10 }), headers: { 'X-Tax-Rate': '0.2' } },
  { example: 'clone', input: json(item), body: '{"status": "accepted"}', logs: ['audit = a'] },
  { example: 'comment', input: json(item) },
  {
    example: 'conditionalRouter',
    input: { path: '/orders?express=yes', headers: { 'X-Customer': 'gold' } },
    body: '{"lane": "express"}',
  },
  { example: 'conditionalRouter', name: 'others', body: '{"lane": "standard"}' },
  {
    example: 'datamapper',
    input: json({ customer: { name: 'Ada' }, items: [1, 2] }),
    body: '{"customer":"Ada","count":2}',
  },
  { example: 'dblookup', input: json({ country: 'DE' }), body: '{"vat": 19}' },
  { example: 'dbreport', input: json(item), logs: ['rows = 1'] },
  { example: 'detach', input: xml(xmlOrder), body: /^<order country="FR"\s*\/>$/ },
  { example: 'drop', input: json({ type: 'heartbeat' }), outcome: 'dropped' },
  { example: 'drop', name: 'others', input: json({ type: 'order' }) },
  { example: 'enqueue', input: json(item), outcome: 'completed', body: '{"sku": "a", "total": 6}' },
  { example: 'enrich', input: json({ customer: { name: 'Ada' } }), body: '{"name":"Ada","checked":true}' },
  {
    example: 'entitlementService',
    input: json(item, { headers: { 'X-User': 'Ada' } }),
    body: '{"status": "accepted"}',
    logs: ['obligation = audit'],
  },
  { example: 'entitlementService', name: 'refused', input: json(item, { headers: { 'X-User': 'Eve' } }), status: 401 },
  { example: 'event', input: xml(xmlOrder), status: 202, body: '{"status": "published"}' },
  { example: 'eventPublisher', input: json(item), status: 202, body: '{"status": "published"}' },
  { example: 'fastXSLT', input: xml(xmlOrder), body: invoice },
  { example: 'filter', input: json({ total: 120 }), body: '{"status": "needs approval"}' },
  { example: 'filter', name: 'small', input: json({ total: 100 }), body: '{"status": "accepted"}' },
  { example: 'foreach', input: json(order), body: `{"number":"A-1","items":${priced}}` },
  {
    example: 'header',
    input: json({ tenant: 'acme' }, { headers: { 'X-Internal': 'x' } }),
    headers: { 'X-Tenant': 'acme', 'X-Source': 'mediant', 'X-Internal': undefined },
  },
  { example: 'in', input: json(item), body: '{"direction": "request"}' },
  { example: 'iterate', input: json(order), body: JSON.stringify(order), logs: ['item = a', 'item = b'] },
  { example: 'jsontransform', input: json({ sku: '7', quantity: '3' }), body: '{"sku":"7","quantity":3}' },
  {
    example: 'log',
    input: json(order),
    logs: ['step = received | order = A-1', 'Order A-1 has 2 items'],
  },
  { example: 'loopback', input: json(item), body: '{"status": "answered without a backend"}' },
  {
    example: 'makefault',
    input: {
      contentType: 'text/xml',
      body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>`,
    },
    status: 500,
    body: /<faultcode[^>]*>[^<]*Client<\/faultcode><faultstring>The order has no items<\/faultstring>/,
  },
  {
    example: 'oauthToken',
    input: json(item, { properties: { default: { clientSecret: 'example-secret' } } }),
    body: '{"number":"N-1","token":"***"}',
  },
  { example: 'NTLM', input: json(item), body: '{"number":"N-1"}' },
  {
    example: 'oauthService',
    input: json(item, { headers: { Authorization: 'Bearer t-1' } }),
    body: '{"status": "accepted"}',
  },
  {
    example: 'oauthService',
    name: 'refused',
    input: json(item, { headers: { Authorization: 'Bearer other' } }),
    status: 401,
    body: '{"message": "Not authorized"}',
  },
  { example: 'opa', input: json({ tenant: 'acme' }), body: '{"status": "accepted"}' },
  { example: 'opa', name: 'refused', input: json({ tenant: 'other' }), status: 403 },
  { example: 'out', input: json(item), headers: { 'X-Answered-By': undefined } },
  {
    example: 'payloadFactory',
    input: json({ customer: { name: 'Ada' }, items: [1, 2], note: 'fragile' }),
    body: /^\{\s+"customer": "Ada",\s+"items": \[1,2\],\s+"note": "fragile"\s+\}$/,
  },
  {
    example: 'property',
    input: json({ total: 12.5, vat: 'DE123' }),
    status: 202,
    body: '{"country": "DE", "total": 12.5}',
  },
  { example: 'propertyGroup', input: json({ number: 'A-1' }), body: 'A-1 from web' },
  { example: 'publishEvent', input: json(item), status: 202, body: '{"status": "taken"}' },
  { example: 'replace', input: xml(xmlOrder), body: /^<item sku="a" price="2" quantity="3"\s*\/>$/ },
  { example: 'respond', input: json(item), body: JSON.stringify(item), logs: [] },
  {
    example: 'rewrite',
    input: json({}, { properties: { default: { link: 'http://old.example.com/v1/orders' } } }),
    headers: { 'X-Link': 'http://orders.example.com/v2/orders' },
  },
  { example: 'router', input: xml(xmlOrder), body: '{"warehouse": "continent"}' },
  { example: 'router', name: 'others', input: xml('<order country="US"/>'), body: '{"warehouse": "overseas"}' },
  { example: 'rules', input: json(item), status: 201 },
  { example: 'sampler', input: json({ number: 7 }), logs: ['taken = 7'] },
  {
    example: 'scatter-gather',
    input: json({ weight: 10 }),
    body: '[{"carrier":"rail","price":20},{"carrier":"road","price":30}]',
  },
  { example: 'script', input: json(order), body: '{"items":2,"total":11}' },
  { example: 'send', input: json(item), body: '{"number":"N-1"}' },
  { example: 'sequence', input: json(item), body: '{"sku": "a", "total": 6}' },
  { example: 'store', input: json(item), status: 202, body: '{"status": "taken"}' },
  { example: 'switch', input: json({ country: 'US' }), body: '{"shipping": 15}' },
  { example: 'switch', name: 'default', input: json({ country: 'JP' }), body: '{"shipping": 25}' },
  { example: 'throttle', input: json(item) },
  {
    example: 'throwError',
    input: json({}),
    status: 400,
    body: '{"code": "ORDER_EMPTY", "message": "The order has no items"}',
  },
  { example: 'throwError', name: 'good order', input: json(order), body: JSON.stringify(order) },
  { example: 'transaction', input: json({ number: 'A-1', ...item }), body: '{"status": "written"}' },
  {
    example: 'transaction',
    name: 'without quantity',
    input: json({ number: 'A-2', sku: 'b' }),
    status: 409,
    body: '{"status": "not written"}',
  },
  { example: 'validate', input: json(item), body: JSON.stringify(item) },
  {
    example: 'validate',
    name: 'bad order',
    input: json({ sku: 'a', quantity: 0 }),
    status: 400,
    body: /quantity of 1 or more/,
  },
  { example: 'variable', input: json({ price: 2.5 }), body: '{"total": 7.5}' },
  { example: 'xquery', input: xml(xmlOrder), body: /<invoice[^>]*><line sku="a">9<\/line><\/invoice>/ },
  { example: 'xslt', input: xml(xmlOrder), body: invoice },
];

const soap = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;

/** What the backend, and the services that some mediators ask, answer to a request by its path. */
const services: Readonly<Record<string, (body: string, authorization: string) => string>> = {
  '/token': () => '{"access_token":"example-token","expires_in":3600}',
  '/orders': (_body, authorization) =>
    authorization.startsWith('Bearer ') ? `{"number":"N-1","token":"${authorization.slice(7)}"}` : '{"number":"N-1"}',
  '/v1/data/orders/allow': (body) => JSON.stringify({ result: JSON.parse(body).input.tenant === 'acme' }),
  '/services/EntitlementService': (body) => {
    const isPermitted = body.includes('>Ada&lt;') && body.includes('>orders/POST&lt;');
    const result = isPermitted
      ? '<Decision>Permit</Decision><Obligations><Obligation ObligationId="audit"/></Obligations>'
      : '<Decision>Deny</Decision>';
    const response = `<Response><Result>${result}</Result></Response>`.replaceAll('<', '&lt;');
    return soap(
      `<r:getDecisionResponse xmlns:r="http://org.apache.axis2/xsd"><r:return>${response}</r:return></r:getDecisionResponse>`,
    );
  },
  '/services/OAuth2TokenValidationService': (body) =>
    soap(
      `<r:validateResponse xmlns:r="http://org.apache.axis2/xsd"><r:return><scope>orders</scope><valid>${body.includes('>t-1<')}</valid></r:return></r:validateResponse>`,
    ),
};

/** Where the examples expect the services that mediators ask. */
const serviceAddress = /http:\/\/127\.0\.0\.1:(?:8181|9763)/g;

describe('sequences/examples', () => {
  let backend: Server;
  let address = '';
  let ports: Awaited<ReturnType<typeof loadMediators>>;

  before(async () => {
    ports = await loadMediators([`${folder}modules/tax-mediator.mjs`]);
    backend = createServer(async (request, response) => {
      const body = await text(request);
      response.setHeader('Content-Type', 'application/json');
      const { authorization = '' } = request.headers;
      response.end(services[request.url ?? '']?.(body, authorization) ?? '{}');
    });
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  });

  after(() => backend.close());

  it('one for each mediator, each with a row here', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    assert.deepEqual(files.sort(), built.map((name) => `${name}.xml`).sort());
    assert.deepEqual([...new Set(rows.map(({ example }) => example))].sort(), [...built].sort());
  });

  for (const { example, name, input = {}, outcome = 'responded', status, body, headers = {}, logs } of rows) {
    it(`${example}.xml${name === undefined ? '' : `: ${name}`}`, async () => {
      const file = `${folder}${example}.xml`;
      const properties = { default: { 'uri.var.backend': address, ...input.properties?.default } };
      const options = { file, deploy: [`${folder}artifacts`], mediators: ports };
      const flow = readFileSync(file, 'utf8').replace(serviceAddress, address);
      const result = await run(flow, { ...input, properties }, options);
      assert.equal(result.outcome, outcome, JSON.stringify(result.error ?? result.logs));
      if (outcome === 'responded') assert.equal(result.response?.status, status ?? 200);
      const written = result.response?.body ?? result.message.body;
      if (body instanceof RegExp) assert.match(written, body);
      else if (body !== undefined) assert.equal(written, body);
      for (const [header, value] of Object.entries(headers)) assert.equal(result.response?.headers[header], value);
      const lines = result.logs.map(({ text }) => text).filter((text) => !text.startsWith('Deployer: '));
      if (logs !== undefined) assert.deepEqual(lines, logs);
    });
  }
});

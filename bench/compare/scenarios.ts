/** The scenarios: what is sent, and how to tell that it was done. */
import type { IncomingHttpHeaders } from 'node:http';
import { json, type SoapOptions, soap, xml } from './payloads.js';

export interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Orders in a SOAP body. */
  readonly count?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the backend received. */
export interface Received {
  readonly head: string;
  readonly body: string;
}

/** Undefined when all is well, else what is wrong. */
type Verdict = string | undefined;

export interface Variant {
  request(size: number): Request;
  check(answer: Answer, request: Request): Verdict;
  /** Checks what reached the backend. */
  backend?(received: Received, request: Request): Verdict;
}

export interface Scenario extends Variant {
  /** What the engine does. */
  readonly title: string;
  /** A request that takes another route; only checked, never measured. */
  readonly other?: Variant;
}

const must = (holds: boolean, otherwise: string): Verdict => (holds ? undefined : otherwise);
const occurrences = (text: string, part: string): number => text.split(part).length - 1;
/** Length of the text of element or member `name`, whatever the prefix or escaping. */
const noteLength = (text: string, name: string): number =>
  new RegExp(`${name}"?[>:]\\s*"?(n+)`).exec(text)?.[1]?.length ?? 0;

const jsonCall = (size: number, headers: Record<string, string> = {}): Request => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: json(size),
});
const soapCall = (size: number, options: SoapOptions = {}, headers: Record<string, string> = {}): Request => ({
  method: 'POST',
  headers: { 'Content-Type': 'text/xml; charset=UTF-8', SOAPAction: '"urn:mediate"', ...headers },
  ...soap(size, options),
});

const same = (answer: Answer, { body }: Request): Verdict =>
  must(answer.body === body, `answer differs from the request (${answer.body.length} bytes, ${body.length} wanted)`);

/** The echoed orders must all be there; serializers may differ in declarations and quotes. */
const sameOrders = ({ body }: Answer, { count = 0 }: Request): Verdict =>
  must(
    occurrences(body, '<order>') === count,
    `${occurrences(body, '<order>')} orders in the answer, ${count} wanted`,
  ) ?? must(body.includes('</t:orders>'), 'answer is cut');

const wholeNote = (answer: Answer, request: Request): Verdict =>
  must(noteLength(answer.body, 'note') === noteLength(request.body, 'note'), 'note is missing or cut in the answer');

const routed = ({ headers }: Answer, path: string): Verdict =>
  must(String(headers['x-path'] ?? '').startsWith(path), `went to ${headers['x-path']}, not ${path}`);

const typed = ({ headers }: Answer, type: string): Verdict =>
  must(headers['content-type']?.includes(type) ?? false, `answer is ${headers['content-type']}`);

/** A content-based route: the load takes `yes`; `no` must take the other route. */
function route(
  title: string,
  yes: Variant['request'],
  no: Variant['request'],
  check: Variant['check'] = sameOrders,
): Scenario {
  const to = (path: string, request: Variant['request']): Variant => ({
    request,
    check: (answer, sent) => routed(answer, path) ?? check(answer, sent),
  });
  return { title, ...to('/ibm', yes), other: to('/other', no) };
}

const routing = (text: string): SoapOptions => ({
  header: `<r:routing xmlns:r="urn:bench:routing">${text}</r:routing>`,
});

export const scenarios = {
  direct: { title: 'API, forward only', request: (size) => jsonCall(size), check: same },
  proxy: { title: 'proxy service, forward only', request: (size) => soapCall(size), check: same },
  header: {
    title: 'API, Authorization rewritten from a property',
    request: (size) => jsonCall(size, { Authorization: 'Bearer of-the-caller', 'X-Client': 'bench' }),
    check: same,
    backend: ({ head }) =>
      must(
        /^authorization: Bearer 2YotnFZFEjr1zCsicMWpAA\r?$/im.test(head),
        'backend did not get the new Authorization',
      ) ??
      must(!head.includes('of-the-caller'), "backend got the caller's Authorization") ??
      must(!/^x-client:/im.test(head), 'X-Client was not removed'),
  },
  'cbr-transport': route(
    'proxy, route by an HTTP header',
    (size) => soapCall(size, {}, { routing: 'gold;server1' }),
    (size) => soapCall(size, {}, { routing: 'silver;server1' }),
    same,
  ),
  'cbr-soapaction': route(
    'proxy, route by SOAPAction',
    (size) => soapCall(size, {}, { SOAPAction: '"urn:buy"' }),
    (size) => soapCall(size, {}, { SOAPAction: '"urn:sell"' }),
    same,
  ),
  'cbr-soapheader': route(
    'proxy, route by a SOAP header block',
    (size) => soapCall(size, routing('gold;1')),
    (size) => soapCall(size, routing('base;1')),
  ),
  'cbr-first': route(
    'proxy, route by //order[1]/symbol',
    (size) => soapCall(size, { at: 'first' }),
    (size) => soapCall(size, { at: 'first', routed: 'ORCL' }),
  ),
  cbr: route(
    'proxy, route by //order[last()]/symbol',
    (size) => soapCall(size),
    (size) => soapCall(size, { routed: 'ORCL' }),
  ),
  xslt: {
    title: 'proxy, XSLT on request and answer',
    request: (size) => soapCall(size),
    check: (answer, request) =>
      must(
        occurrences(answer.body, '<symbol>') === request.count && answer.body.includes('<symbol>IBM</symbol>'),
        'orders are missing in the answer',
      ) ?? wholeNote(answer, request),
    backend: ({ body }, { count = 0 }) =>
      must(occurrences(body, '<ticker>') === count, 'backend did not get the transformed orders') ??
      must(!body.includes('<symbol>'), 'backend got an untransformed order'),
  },
  json2xml: {
    title: 'API, JSON to XML and back',
    request: (size) => jsonCall(size),
    check: (answer, request) => typed(answer, 'json') ?? wholeNote(answer, request),
    backend: ({ head, body }) =>
      must(/^content-type:.*xml/im.test(head), 'backend did not get XML') ??
      must(body.includes('<ticker>IBM</ticker><amount>2000</amount>'), 'backend got another payload'),
  },
  xml2json: {
    title: 'API, XML to JSON and back',
    request: (size) => ({ method: 'POST', headers: { 'Content-Type': 'application/xml' }, body: xml(size) }),
    check: (answer, request) => typed(answer, 'xml') ?? wholeNote(answer, request),
    backend: ({ head, body }) =>
      must(/^content-type:.*json/im.test(head), 'backend did not get JSON') ??
      must(JSON.parse(body)?.purchase?.ticker === 'IBM', 'backend got another payload'),
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;
export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

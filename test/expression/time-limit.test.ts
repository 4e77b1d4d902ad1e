import assert from 'node:assert/strict';
import { evaluate, Fault } from '../../runtime/index.js';
import { TimeLimitError } from '../../runtime/limit/time-limit.js';

const list = (from: number, to: number, item: (index: number) => string): string =>
  Array.from({ length: to - from }, (_, index) => item(from + index)).join('');
const rows = (count: number): string => `<r>${list(0, count, (id) => `<a id="${id}"><b>${id}</b><c/></a>`)}</r>`;
const nested = (depth: number): string => `${'<a>'.repeat(depth)}x${'</a>'.repeat(depth)}`;
const nestedJson = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const jsonRows = (count: number): string => `[${list(0, count, (id) => `{"id":${id},"t":"${id}"},`)}0]`;
const xmlType = { contentType: 'application/xml' };
const jsonType = { contentType: 'application/json' };

function causes(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

async function isEnded(expression: string, input: { body: string; contentType: string }): Promise<void> {
  await assert.rejects(evaluate(expression, input), (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.ok(
      causes(error).some((one) => one instanceof TimeLimitError),
      String(error),
    );
    assert.match(error.message, /took longer than 800 ms/);
    return true;
  });
}

describe('message-model 3: an evaluation that would take for ever is a fault', () => {
  const xpath: [expression: string, body: string][] = [
    ['count(//*[count(following::*) > 1])', rows(8000)],
    ['count(//*[.//*[.//*[.//*]]])', nested(900)],
    [
      "count(//*[contains(string(ancestor::*[last()]), 'y')])",
      `<r>${'text '.repeat(100_000)}${'<a/>'.repeat(20_000)}</r>`,
    ],
    ['count(//b[. > //c or . < //c])', rows(20_000)],
    ['//*', `${'<a>'.repeat(900)}${'<b/>'.repeat(5000)}${'</a>'.repeat(900)}`],
    ["count(//a[evaluate('//*[.//*[.//*[.//*]]]')])", nested(900)],
  ];
  for (const [expression, body] of xpath) {
    it(`message-model 3.2: ${expression}`, () => isEnded(expression, { body, ...xmlType }));
  }

  const jsonPath: [path: string, body: string][] = [
    ['$..*..*..*..*', nestedJson(300)],
    [`$${'..a'.repeat(50)}`, nestedJson(60)],
    ['$..[?(@..[?(@..[?(@..[?(@.none)])])])]', nestedJson(200)],
    ['$[?(@.id in $..id)].length()', jsonRows(20_000)],
    ['$..*', nestedJson(5000)],
    ['$[?(@.t =~ /(\\d+)+x/)]', `[{"t":"${'1'.repeat(60)}"}]`],
    ['$[?(@.t =~ /.*9.*8.*7.*6x/)]', `[${`{"t":"${'9'.repeat(2000)}"},`.repeat(500)}0]`],
  ];
  for (const [path, body] of jsonPath) {
    it(`message-model 3.4: ${path}`, () => isEnded(`json-eval(${path})`, { body, ...jsonType }));
  }

  it('message-model 3.6: a path into the payload', () =>
    isEnded('${payload..*..*..*..*}', { body: nestedJson(300), ...jsonType }));

  it('message-model 3.6: an xpath() inside', () =>
    isEnded("${xpath('count(//*[.//*[.//*[.//*]]])')}", { body: nested(900), ...xmlType }));

  it('message-model 3.6: split() at a pattern', () =>
    isEnded("${split(payload.t, '(a+)+$')}", { body: `{"t":"${'a'.repeat(60)}!"}`, ...jsonType }));

  it('message-model 3.6: a text that grows without bounds is a fault', async () => {
    const grown = `${'replace('.repeat(12)}payload.t${", 'x', 'xxxxxxxxxx')".repeat(12)}`;
    await assert.rejects(
      evaluate(`\${length(${grown})}`, { body: '{"t":"xxxxx"}', ...jsonType }),
      (error) => error instanceof Fault && /a text of \d+ characters is too long/.test(error.message),
    );
  });
});

describe('message-model 3: what large documents need is done in one pass', () => {
  const passing: [expression: string, body: string, text: string][] = [
    ['count(//a[//b[//c]])', rows(8000), '8000.0'],
    ['count(//a[b = //b])', rows(8000), '8000.0'],
    ['count(//a[b != //b])', rows(8000), '8000.0'],
    ['count(//a[@id = //a[b > 7997]/@id])', rows(8000), '2.0'],
    ['//b = //c', rows(8000), 'false'],
    ['//b != //b', rows(8000), 'true'],
    ['//c != //c', rows(8000), 'false'],
    ['count(//a[c | b])', rows(8000), '8000.0'],
    ['count(//b[../c/../@id = .])', rows(8000), '8000.0'],
  ];
  for (const [expression, body, text] of passing) {
    it(`message-model 3.2: ${expression}`, async () => {
      assert.equal((await evaluate(expression, { body, ...xmlType })).text, text);
    });
  }

  it('message-model 3.4: a number of a million digits is read as it stands', async () => {
    const digits = '7'.repeat(1_000_000);
    for (const expression of ['json-eval($.a)', '${payload.a}', 'json-eval($[?(@.a)].a)']) {
      const { text } = await evaluate(expression, { body: `{"a":${digits}}`, ...jsonType });
      assert.equal(text.replace(/[[\]{}":a]/g, ''), digits);
    }
  });

  it('message-model 3.4.2: sum() of a path that finds more numbers than a call has arguments', async () => {
    const body = `{"n":[${'1,'.repeat(300_000)}1]}`;
    assert.equal((await evaluate('json-eval($.sum($.n))', { body, ...jsonType })).text, '300001.0');
  });
});

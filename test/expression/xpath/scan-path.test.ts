import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { buildBody } from '../../../runtime/message/build.js';
import { formatBody } from '../../../runtime/message/formatters/format-body.js';
import { messageOf } from '../../message/fixture.js';

const names = new Map([
  ['t', 'urn:t'],
  ['s', 'http://schemas.xmlsoap.org/soap/envelope/'],
]);

const steps = ['a', 'b', 't:a', 'a[1]', 'b[2]', 'a[last()]', 't:b[last()]', 'b[1.9]', 'a[b]', '*', 'b[position()=1]'];
const path = fc
  .tuple(
    fc.constantFrom('', '', '', '$body', '$header', '$env'),
    fc.array(fc.tuple(fc.constantFrom('/', '//', '//'), fc.constantFrom(...steps)), { minLength: 1, maxLength: 3 }),
  )
  .map(([base, all]) => base + all.flat().join(''));

const { element } = fc.letrec((tie) => ({
  element: fc
    .tuple(
      fc.constantFrom('a', 'b', 't:a', 't:b'),
      fc.array(
        fc.oneof(
          { maxDepth: 4 },
          fc.constantFrom('x', ' y ', '', '&amp;', '\u00a0'),
          tie('element') as fc.Arbitrary<string>,
        ),
        { maxLength: 3 },
      ),
    )
    .map(([name, inner]) => (inner.join('') === '' ? `<${name}/>` : `<${name}>${inner.join('')}</${name}>`)),
})) as { element: fc.Arbitrary<string> };

const soap = (header: string, body: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:t">${header}<s:Body>${body}</s:Body></s:Envelope>`;
const soapHeaders = { SOAPAction: '"x"' };

/** A message that was built as its client sent it. */
async function built(text: string, isSoap: boolean) {
  const message = isSoap
    ? messageOf({ body: text, type: 'text/xml', headers: soapHeaders, properties: { IsClientDoingREST: false } })
    : messageOf({ body: text, type: 'application/xml' });
  await buildBody(message);
  return message;
}

const scannedHere = async (text: string, isSoap: boolean): Promise<boolean> =>
  (await built(text, isSoap)).payload.scanned !== undefined;

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return `fails: ${(error as Error).message}`;
  }
}

/** The same expression on a scanned body and on a tree, and what is written afterwards. */
async function compare(expression: string, text: string, isSoap: boolean): Promise<void> {
  const compiled = compileXPath(expression, names);
  const [scanned, tree] = [await built(text, isSoap), await built(text, isSoap)];
  tree.payload.envelope();
  for (const how of ['text', 'test'] as const) {
    const found = outcome(() => compiled[how](scanned));
    assert.deepEqual(
      found,
      outcome(() => compiled[how](tree)),
      `${how} of ${expression} on ${text}`,
    );
  }
  const bytes = async (message: typeof tree) => String((await formatBody(message, { direction: 'response' })).body);
  assert.equal(await bytes(scanned), await bytes(tree), `written: ${text}`);
}

describe('XPath: on a scanned body', () => {
  const rows: [expression: string, text: string, isSoap: boolean, result: string][] = [
    ['//a[last()]/b', soap('', '<a><b>1</b></a><a><b>2</b></a>'), true, '2'],
    ['//a[1]/b', soap('', '<a><b>1</b></a><a><b>2</b></a>'), true, '1'],
    ['$header/t:a', soap('<s:Header><t:a>gold</t:a></s:Header>', '<a>x</a>'), true, 'gold'],
    ['$body/a/b', '<a><b> 1 </b></a>', false, '1'],
    ['//b', '<a><b>&lt;&amp;</b></a>', false, '<&'],
    ['//c', '<a><b>1</b></a>', false, ''],
  ];
  for (const [expression, text, isSoap, result] of rows) {
    it(`message-model 3.2: ${expression} is answered without a tree`, async () => {
      const message = await built(text, isSoap);
      assert.equal(compileXPath(expression, names).text(message), result);
      assert.ok(message.payload.scanned, 'the body is still what was scanned');
    });
  }

  it('message-model 3.2, 3.3, 5.3: gives what the tree gives, and the body is written as the tree would be', () =>
    fc.assert(
      fc.asyncProperty(
        path,
        fc.array(element, { minLength: 1, maxLength: 2 }),
        fc.constantFrom('', '<s:Header/>', '<s:Header><t:a>h</t:a><b/></s:Header>'),
        async (expression, elements, header) => {
          await compare(expression, soap(header, elements.join('')), true);
          await compare(expression, `<a xmlns:t="urn:t">${elements.join('')}</a>`, false);
        },
      ),
      { numRuns: 1500 },
    ));

  it('message-model 4.1: a body that is malformed behind its root fails where somebody looks, as before', async () => {
    assert.equal(await scannedHere('<a><b></a>', false), false);
    const message = await built('<a><b></a>', false);
    assert.throws(() => compileXPath('//b', names).text(message), /cannot be read/);
  });
});

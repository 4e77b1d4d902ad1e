import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseLenientJson } from '../../runtime/json/parse.js';
import { scanJson } from '../../runtime/json/scan.js';
import { isJsonArray, isJsonObject, type JsonValue } from '../../runtime/json/value.js';

/** Every way down into a value, with what stands there. */
function* everything(value: JsonValue, steps: (string | number)[] = []): Generator<[(string | number)[], JsonValue]> {
  yield [steps, value];
  if (isJsonObject(value)) for (const [name, inner] of value) yield* everything(inner, [...steps, name]);
  if (isJsonArray(value)) for (const [index, inner] of value.entries()) yield* everything(inner, [...steps, index]);
}

const blank = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n');
const name = fc.constantFrom('a', 'b', 'ä', '', 'a b', '0', "it's", '{', '😀', 'a\\u0062');
const scalar = fc.constantFrom(
  ...['0', '-0', '12', '-1.50', '1e3', '1E+30', '0.1e-7', '12345678901234567890', 'true', 'false', 'null', '""'],
  ...[
    '"a"',
    '"ä😀"',
    '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
    '"\\u00e4"',
    '"{[,:]}"',
    '"\\u12"',
    '01',
    '1.',
    '+1',
    "'a'",
    'NaN',
  ],
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc
      .array(fc.tuple(blank, name, blank, blank, tie('value') as fc.Arbitrary<string>, blank), { maxLength: 4 })
      .map((all) => `{${all.map(([a, key, b, c, inner, d]) => `${a}"${key}"${b}:${c}${inner}${d}`).join(',')}}`),
    fc
      .array(fc.tuple(blank, tie('value') as fc.Arbitrary<string>, blank), { maxLength: 4 })
      .map((all) => `[${all.map((parts) => parts.join('')).join(',')}]`),
  ),
})) as { value: fc.Arbitrary<string> };

/** A scan of the text with so many blanks behind it that any part of it may be read. */
const roomy = (text: string) => scanJson(text + ' '.repeat(3 * text.length + 20));

describe('json: texts that are scanned', () => {
  const found: [text: string, steps: (string | number)[], literal: string][] = [
    ['{"a":{"b":"c"}}', ['a', 'b'], '"c"'],
    [' {"a" : [1, {"b": 2.50}] } ', ['a', 1, 'b'], '2.50'],
    ['[[],[0,[1]]]', [1, 1, 0], '1'],
    ['{"a":1,"a":2}', ['a'], '2'],
    ['{"a":"\\u0041\\n"}', ['a'], '"A\\n"'],
    ['{"a":{"b":1},"ab":3}', ['ab'], '3'],
  ];
  for (const [text, steps, literal] of found) {
    it(`message-model 3.4: ${text} at ${steps.join('.')} is ${literal}`, () => {
      assert.deepEqual(roomy(text)?.read(steps), parseLenientJson(literal));
    });
  }

  it('steps that lead nowhere', () => {
    const scan = scanJson('{"a":[1],"b":{"c":2},"d":"a"}');
    for (const steps of [['x'], ['a', 1], ['a', 'c'], ['b', 0], ['d', 'a'], ['a', 0, 0]]) {
      assert.equal(scan?.read(steps), undefined, steps.join('.'));
    }
  });

  const unusual = [
    ...['', ' ', '1', '"a"', 'true', '{', '[', '{"a"', '{"a":', '{"a":1', '{"a":1,', '[1', '[1,', '[1,]', '{"a":1,}'],
    ...[
      '{}}',
      '[]]',
      '{} x',
      '[1 2]',
      '{"a" 1}',
      '{a:1}',
      "{'a':1}",
      '{"a"=1}',
      '[1;2]',
      '[01]',
      '[+1]',
      '[.5]',
      '[1.]',
    ],
    ...[
      '[1e]',
      '[-]',
      '[tru]',
      '[nul]',
      '[TRUE]',
      '["\t"]',
      '["\\x"]',
      '["\\u00g0"]',
      '["a',
      '["a\\',
      '/**/[]',
      '[1]//',
    ],
    ...['\ufeff[]', '{"\\u0061":1}', '[\u00a01]', `${'['.repeat(502)}${']'.repeat(502)}`],
  ];
  it('anything else is left to the parser', () => {
    for (const text of unusual) assert.equal(scanJson(text), undefined, text);
  });

  it('message-model 3.4.1: gives what the parser gives, wherever the steps lead', () => {
    let scanned = 0;
    fc.assert(
      fc.property(value, (text) => {
        if (!scanJson(text)) return;
        scanned++;
        for (const [steps, expected] of everything(parseLenientJson(text))) {
          assert.deepEqual(roomy(text)?.read(steps), expected, `${text} at ${JSON.stringify(steps)}`);
        }
      }),
      { numRuns: 4000 },
    );
    assert.ok(scanned > 500, `${scanned} texts were plain`);
  });

  const limits: [what: string, text: string, steps: (string | number)[], reads: number][] = [
    ['more than half of the text', `{"a":"${'x'.repeat(100)}"}`, ['a'], 0],
    ['parts', `{"a":"${'x'.repeat(18)}","b":"${'y'.repeat(68)}"}`, ['a'], 2],
    ['members that are passed', `{"b":1${',"a":0'.repeat(16)}}`, ['b'], 2],
    ['items that are passed', `[${'0,'.repeat(99)}1]`, [30], 3],
  ];
  for (const [what, text, steps, reads] of limits) {
    it(`reading ${what} ends where it has taken half of what parsing takes`, () => {
      const scan = scanJson(text);
      let count = 0;
      while (scan?.read(steps) !== undefined) count++;
      assert.equal(count, reads);
      assert.equal(scan?.read(steps), undefined);
    });
  }

  it('a text longer than the room that is kept', () => {
    const items = Array.from({ length: 60_000 }, (_, index) => `{"id":${index}}`);
    const scan = scanJson(`[${items.join(',')}]`);
    // The first two are where the room for 2^17 and for 2^18 numbers ends.
    for (const index of [13_106, 26_213, 59_999]) {
      assert.deepEqual(scan?.read([index, 'id']), parseLenientJson(String(index)));
    }
  });
});

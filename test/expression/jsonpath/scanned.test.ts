import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileExpression } from '../../../runtime/expression/compile.js';
import { buildBody } from '../../../runtime/message/build.js';
import { messageOf } from '../../message/fixture.js';

async function built(text: string) {
  const message = messageOf({ body: text, type: 'application/json' });
  await buildBody(message);
  return message;
}

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return `fails: ${(error as Error).message}`;
  }
}

const body = `{"a":{"b":[{"c":"x"},{"c":10.50}],"d":null,"members":{"e":true}},"f":1e3,"g":"${'-'.repeat(80)}"}`;

describe('JSONPath: on a scanned body', () => {
  const rows: [expression: string, result: string][] = [
    ['json-eval($.a.b[0].c)', 'x'],
    ['json-eval($.a.b[1].c)', '10.5'],
    ["json-eval($['a']['members'])", '{"e":true}'],
    ['json-eval($.a)', '{"e":true}'],
    ['json-eval($.a.b)', '[{"c":"x"},{"c":10.50}]'],
    ['json-eval($.f)', '1000'],
    ['${payload.a.b[0].c}', 'x'],
    ['${payload.a.b[1].c}', '10.5'],
    ['${payload.a.members.e}', 'true'],
  ];
  for (const [expression, result] of rows) {
    it(`message-model 3.4, 3.5: ${expression} is answered without parsing the body`, async () => {
      const message = await built(body);
      assert.equal(compileExpression(expression, new Map()).text(message), result);
      assert.ok(message.payload.scannedJson, 'the body is still what was scanned');
    });
  }

  const parsing = ['json-eval($..c)', 'json-eval($.a.b[-1].c)', 'json-eval($.x)', 'json-eval($.a.b.length())'];
  for (const expression of parsing) {
    it(`${expression} takes the parsed body`, async () => {
      const message = await built(body);
      outcome(() => compileExpression(expression, new Map()).text(message));
      assert.equal(message.payload.scannedJson, undefined);
    });
  }

  const unscanned = [
    'json-eval($..c)',
    'json-eval($.a.b[*].c)',
    'json-eval($.a.b[-1].c)',
    '${payload..c}',
    '${payload}',
  ];
  for (const expression of unscanned) {
    it(`${expression} scans nothing first, since it takes the parsed body anyway`, async () => {
      const message = await built(body);
      let asked = 0;
      Object.defineProperty(message.payload, 'scannedJson', { get: () => void asked++ });
      compileExpression(expression, new Map()).text(message);
      assert.equal(asked, 0);
    });
  }

  for (const [expression, times] of [
    ['json-eval($.g)', 1],
    ['json-eval($.a.b)', 5],
  ] as const) {
    it(`a body of which ${expression} has read much is parsed, so that the next read takes nothing`, async () => {
      const message = await built(`{"g":"${'-'.repeat(80)}","a":{"b":"${'-'.repeat(20)}"}}`);
      const path = compileExpression(expression, new Map());
      const first = path.text(message);
      for (let time = 1; time < times; time++) assert.equal(path.text(message), first);
      assert.equal(message.payload.scannedJson, undefined);
    });
  }

  it('message-model 3.6: what is wrong with a body is told before what is wrong with a path made from it', async () => {
    const expression = compileExpression('${payload[vars.x]}', new Map());
    const faults = await Promise.all(
      ['{"a":1', '{"a":1}'].map(async (text) => {
        const message = await built(text);
        message.variables.set('x', 'a"b');
        return outcome(() => expression.text(message));
      }),
    );
    assert.match(String(faults[0]), /Expected "," or "}"|End of input/);
    assert.match(String(faults[1]), /is invalid/);
  });

  it('a body that was parsed already is not scanned', async () => {
    const message = await built(body);
    message.payload.json();
    assert.equal(message.payload.scannedJson, undefined);
    assert.equal(compileExpression('json-eval($.a.b[0].c)', new Map()).text(message), 'x');
  });

  it('another body is scanned anew', async () => {
    const message = await built(body);
    const expression = compileExpression('json-eval($.f)', new Map());
    assert.equal(expression.text(message), '1000');
    message.payload.setJsonText('{"f":"other"}');
    assert.equal(expression.text(message), 'other');
  });

  const steps = fc.array(fc.constantFrom('.a', '.b', "['c']", '[0]', '[1]', '.d', '.members'), {
    minLength: 1,
    maxLength: 4,
  });
  const texts = fc.oneof(
    fc.constantFrom(body, '[{"a":1},{"b":[2]}]', '{"a":{"a":1,"a":2}}', '{"a":[1,]}', "{'a':1}", '{"a":1', '{"a":1} x'),
    fc
      .json({ maxDepth: 3 })
      .map((text) => text.replace(/"[^"]*":/g, (found, at: number) => `"${'abcd'[at % 4] ?? found}":`)),
  );
  it('message-model 3.4, 3.6: gives what the parsed body gives, failures included', () =>
    fc.assert(
      fc.asyncProperty(texts, steps, async (text, path) => {
        for (const written of [`json-eval($${path.join('')})`, `\${payload${path.join('')}}`]) {
          const expression = compileExpression(written, new Map());
          const [scanned, parsed] = [await outcomeOfBuilding(text), await outcomeOfBuilding(text)];
          if (typeof scanned === 'string' || typeof parsed === 'string') return;
          outcome(() => parsed.payload.json());
          for (const how of ['text', 'test'] as const) {
            const expected = outcome(() => expression[how](parsed));
            assert.deepEqual(
              outcome(() => expression[how](scanned)),
              expected,
              `${how} of ${written} on ${text}`,
            );
          }
        }
      }),
      { numRuns: 1500 },
    ));
});

async function outcomeOfBuilding(text: string) {
  try {
    return await built(text);
  } catch (error) {
    return (error as Error).message;
  }
}

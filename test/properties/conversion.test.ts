import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonToXml } from '../../runtime/message/conversion/json-to-xml.js';
import { readConversionOptions } from '../../runtime/message/conversion/options.js';
import { xmlToJson } from '../../runtime/message/conversion/xml-to-json.js';
import { newDocument } from '../../runtime/xml/create.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { serializeElement } from '../../runtime/xml/serialize.js';
import { hold } from './hold.js';

/** JSON text → XML text → JSON text. */
function there(json: string, switches: Record<string, string> = {}): string {
  const options = readConversionOptions((key) => switches[key]);
  const xml = serializeElement(jsonToXml(json, newDocument(), options));
  return xmlToJson(parseElement(xml), options, false);
}

const looksTyped = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: characters that XML forbids are the point
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;

const text = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 8 }))
  .filter(
    (one) => one.trim() !== '' && !looksTyped.test(one) && !notXml.test(one.replace(/[\u{10000}-\u{10ffff}]/gu, '')),
  )
  .map((one) => JSON.stringify(one));
const digits = fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String);
const number = fc.oneof(
  digits,
  digits.filter((one) => one !== '0').map((one) => `-${one}`),
  fc.tuple(digits, fc.stringMatching(/^[0-9]{1,6}$/)).map(([whole, part]) => `${BigInt(whole) + 1n}.${part}`),
);
const key = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,8}$/),
    fc.stringMatching(/^[0-9][a-z0-9]{0,4}$/),
    fc.stringMatching(/^\$[a-z]{1,6}$/),
  )
  .filter((one) => !['jsonObject', 'jsonArray', 'jsonElement', 'jsonValue'].includes(one));
const odd = fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty');

/** JSON texts that the mapping carries: no empty text, object or array, lists of two or more. */
function carried(smallestList: number): fc.Arbitrary<string> {
  const { document } = fc.letrec<{ value: string; list: string; object: string; document: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      text,
      number,
      fc.constantFrom('true', 'false', 'null'),
      tie('object'),
      tie('list'),
    ),
    list: fc.array(tie('value'), { minLength: smallestList, maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    object: fc
      .uniqueArray(fc.tuple(fc.oneof({ weight: 6, arbitrary: key }, odd), tie('value')), {
        minLength: 1,
        maxLength: 5,
        selector: ([name]) => name,
      })
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
    document: fc.oneof(tie('object'), tie('list')),
  }));
  return document;
}

describe('message-model 4.4, 4.5: what the mapping can carry comes back as it was', () => {
  it('JSON → XML → JSON', () =>
    hold(
      fc.property(carried(2), (json) => assert.equal(there(json), json)),
      1500,
    ));

  it('with xml-multiple instructions, lists of one and none too', () => {
    const switches = { 'synapse.json.to.xml.processing.instruction.enabled': 'true' };
    return hold(
      fc.property(carried(0), (json) => assert.equal(there(json, switches), json)),
      1500,
    );
  });

  it('any JSON becomes XML that can be read, or is refused', () =>
    hold(
      fc.property(fc.json({ maxDepth: 4, stringUnit: 'binary' }), (json) => {
        let xml: string;
        try {
          xml = serializeElement(jsonToXml(json, newDocument()));
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error));
          return;
        }
        assert.equal(typeof xml, 'string');
      }),
      1500,
    ));
});

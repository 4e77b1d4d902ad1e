import assert from 'node:assert/strict';
import { charsetOf, decodeText, encodeText } from '../../runtime/message/charset.js';

describe('charsets (message-model 5.3)', () => {
  const types: [type: string | undefined, charset: string | undefined][] = [
    ['text/plain; charset=UTF-8', 'UTF-8'],
    ['text/plain;Charset="iso-8859-1"; x=y', 'iso-8859-1'],
    ['application/soap+xml; charset=UTF-8; action="urn:a"', 'UTF-8'],
    ['text/plain', undefined],
    ['text/plain; charset=', undefined],
    [undefined, undefined],
  ];
  for (const [type, charset] of types) it(`parameter of ${type}`, () => assert.equal(charsetOf(type), charset));

  const texts: [charset: string, text: string, hex: string][] = [
    ['UTF-8', 'é€', 'c3a9e282ac'],
    ['utf8', '\ufeffa', 'efbbbf61'],
    ['ISO-8859-1', 'é', 'e9'],
    ['UTF-16BE', 'é', '00e9'],
    ['utf-16le', 'é', 'e900'],
    ['windows-1252', '€', '80'],
    ['ISO-8859-15', '€', 'a4'],
    ['Shift_JIS', '漢', '8abf'],
  ];
  for (const [charset, text, hex] of texts) {
    it(`${charset} both ways`, () => {
      assert.equal(encodeText(text, charset).toString('hex'), hex);
      assert.equal(decodeText(Buffer.from(hex, 'hex'), charset), text);
    });
  }

  it('UTF-16 has a mark in front, and is big-endian without one', () => {
    assert.equal(encodeText('a', 'UTF-16').toString('hex'), 'feff0061');
    assert.equal(decodeText(Buffer.from('0061', 'hex'), 'UTF-16'), 'a');
    assert.equal(decodeText(Buffer.from('fffe6100', 'hex'), 'UTF-16'), 'a');
  });

  it('characters that a charset lacks', () => {
    assert.equal(encodeText('é€😀', 'ISO-8859-1').toString('latin1'), 'é??');
    assert.equal(encodeText('é', 'US-ASCII').toString('latin1'), '?');
    assert.equal(encodeText('a漢', 'windows-1252', () => '&#x6f22;').toString('latin1'), 'a&#x6f22;');
  });

  it('bytes and charsets that do not fit', () => {
    assert.equal(decodeText(Uint8Array.of(0xe9), 'UTF-8'), '\ufffd');
    assert.throws(() => decodeText(Uint8Array.of(0xe9), 'UTF-8', true), TypeError);
    assert.throws(() => decodeText(Uint8Array.of(0xe9), 'nope'), RangeError);
    assert.throws(() => encodeText('a', 'nope'), RangeError);
  });
});

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { envelopeText, serializeEnvelope } from '../../runtime/message/envelope.js';
import { Fault } from '../../runtime/message/fault.js';
import { Payload } from '../../runtime/message/payload.js';
import { createElement, documentOf } from '../../runtime/xml/create.js';
import { parseElement, parseXml, XmlReader } from '../../runtime/xml/parse.js';
import { serializeElement } from '../../runtime/xml/serialize.js';

const json = (text: string): Payload => {
  const payload = Payload.empty();
  payload.setJsonText(text);
  return payload;
};

const xml = (text: string): Payload => {
  const payload = Payload.empty();
  payload.setElement(parseElement(text));
  return payload;
};

const bodyXml = (payload: Payload): string => {
  const first = payload.firstElement();
  return first ? serializeElement(first) : '';
};

describe('payload: JSON (message-model 4.2, 4.3)', () => {
  const wrappers: [text: string, name: string | undefined, body: string][] = [
    ['{"a":1}', 'jsonObject', '<jsonObject><a>1</a></jsonObject>'],
    ['\n[1,2]', 'jsonArray', '<jsonArray><jsonElement>1</jsonElement><jsonElement>2</jsonElement></jsonArray>'],
    ['"x \\"y\\""', 'jsonValue', '<jsonValue>"x \\"y\\""</jsonValue>'],
    ['true', 'jsonValue', '<jsonValue>true</jsonValue>'],
    ['-1.5', 'jsonValue', '<jsonValue>-1.5</jsonValue>'],
    ['"a" "b"', 'jsonValue', '<jsonValue>"a" "b"</jsonValue>'],
    ['   ', undefined, ''],
  ];
  for (const [text, name, body] of wrappers) {
    it(`wrapper of ${JSON.stringify(text)}`, () => {
      const payload = json(text);
      assert.equal(payload.firstElementName()?.localName, name);
      assert.equal(payload.isJson, name !== undefined);
      assert.equal(bodyXml(payload), body);
    });
  }

  for (const text of ['\n', 'hello', '1\n', '"x"\n', '1e3', 'tru', '"', '<a>1</a>', 'nullx']) {
    it(`refused: ${JSON.stringify(text)}`, () => assert.throws(() => json(text), Fault));
  }

  it('the stored text wins over edits of the tree made from it', () => {
    const payload = json('{ "a" : 1 }');
    const first = payload.firstElement();
    assert.ok(first);
    first.appendChild(createElement(documentOf(first), 'zz'));
    payload.changed();
    assert.equal(payload.asJsonText(), '{ "a" : 1 }');
    assert.equal(bodyXml(payload), '<jsonObject><a>1</a><zz/></jsonObject>');
    payload.dropJson();
    assert.equal(payload.asJsonText(), '{"a":1,"zz":null}');
    assert.equal(payload.isJson, false);
  });

  it('a scalar is its wrapper: edits count', () => {
    const payload = json('"x"');
    const first = payload.firstElement();
    assert.ok(first?.firstChild);
    first.firstChild.nodeValue = '5';
    payload.changed();
    assert.equal(payload.asJsonText(), '5');
  });

  it('blank text is no payload, but it is kept and written', () => {
    const payload = json('  ');
    assert.equal(payload.isJson, false);
    assert.equal(payload.firstElement(), undefined);
    assert.equal(payload.writtenJson?.text, '  ');
    assert.equal(payload.asJson(), null);
  });

  it('another element beside the stored text is what counts', () => {
    const payload = json('{"a":1}');
    const body = payload.body();
    body.replaceChild(createElement(documentOf(body), 'b'), payload.firstElement() ?? body);
    assert.equal(payload.writtenJson, undefined);
    assert.equal(payload.asJsonText(), '{"b":null}');
    assert.equal(payload.isJson, false);
  });

  it('malformed JSON is kept until somebody reads it', () => {
    const payload = json('{ "a" : ');
    assert.equal(payload.jsonText, '{ "a" : ');
    assert.throws(() => payload.json(), SyntaxError);
    assert.throws(
      () => payload.envelope(),
      (error) => error instanceof Fault && error.code === undefined,
    );
    assert.equal(payload.jsonText, '{ "a" : ');
  });

  it('an XML body is read as JSON without being changed, again after a change', () => {
    const payload = xml('<p:r xmlns:p="urn:p"> <p:a>1</p:a></p:r>');
    assert.equal(payload.asJsonText(), '{"r":{"a":1}}');
    assert.equal(bodyXml(payload), '<p:r xmlns:p="urn:p"> <p:a>1</p:a></p:r>');
    assert.equal(payload.asJson(), payload.asJson());
    payload.setElement(parseElement('<x/>'));
    assert.equal(payload.asJsonText(), '{"x":null}');
  });
});

describe('payload: envelope (message-model 3.2, 4.2)', () => {
  it('is made around XML, with an empty Header that is not written', () => {
    const payload = xml('<a/>');
    assert.equal(payload.envelope().parentNode, null);
    assert.equal(payload.hasDocument, false);
    assert.ok(payload.header());
    assert.equal(
      envelopeText(payload.envelope()),
      `<?xml version='1.0' encoding='utf-8'?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><a/></soapenv:Body></soapenv:Envelope>`,
    );
    assert.ok(payload.header(), 'the header is still there');
  });

  const soap =
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><h xmlns="urn:h">1</h></s:Header><s:Body><a>1</a></s:Body></s:Envelope>';

  it('of a SOAP message keeps document and headers when the body is replaced', () => {
    const payload = Payload.empty();
    payload.setUnfinishedEnvelope(new XmlReader(soap), '1.2');
    assert.equal(payload.soapVersion, '1.2');
    payload.setJsonText('{"a":1}');
    assert.equal(payload.hasDocument, true);
    assert.equal(payload.envelope().parentNode?.nodeType, 9);
    assert.match(envelopeText(payload.envelope()), /<s:Header><h xmlns="urn:h">1<\/h><\/s:Header><s:Body><jsonObject>/);
  });

  it('replaced: version and document follow it', () => {
    const payload = json('{"a":1}');
    payload.setEnvelope(parseXml(soap).documentElement as never);
    assert.equal(payload.soapVersion, '1.2');
    assert.equal(payload.envelope().parentNode, null);
    assert.equal(payload.jsonText, undefined);
    payload.setEnvelope(parseXml(soap).documentElement as never, { hasDocument: true });
    assert.equal(payload.envelope().parentNode?.nodeType, 9);
    payload.reset('1.1');
    assert.equal(payload.header()?.firstChild, null);
    assert.equal(payload.isEmpty, true);
  });

  it('of malformed XML: the root is known, walking further faults without a code', () => {
    const payload = Payload.empty();
    payload.setUnfinished(new XmlReader(`<a>${' '.repeat(5000)}<b></a>`));
    assert.equal(payload.firstElementName()?.localName, 'a');
    for (const _ of [1, 2]) {
      assert.throws(
        () => payload.envelope(),
        (error) => error instanceof Fault && error.code === undefined,
      );
    }
    assert.throws(
      () => payload.asJsonText(),
      (error) => error instanceof Fault && error.code === 601000,
    );
    payload.clear();
    assert.equal(payload.isEmpty, true);
  });
});

describe('payload: text and binary (message-model 5.5, 5.6)', () => {
  it('text', () => {
    const payload = Payload.empty();
    payload.setText('a & b', true);
    assert.equal(payload.text, 'a & b');
    assert.equal(bodyXml(payload), '<text xmlns="http://ws.apache.org/commons/ns/payload">a &amp; b</text>');
    assert.equal(payload.text, 'a & b');
    assert.equal(payload.binary, undefined);
    payload.setText('', true);
    assert.equal(bodyXml(payload), '<text xmlns="http://ws.apache.org/commons/ns/payload"/>');
    payload.setText('');
    assert.equal(
      bodyXml(payload),
      '<axis2ns1:text xmlns:axis2ns1="http://ws.apache.org/commons/ns/payload"></axis2ns1:text>',
    );
  });

  it('binary', () => {
    const payload = Payload.empty();
    payload.setBinary(Buffer.from('bytes'));
    assert.equal(
      bodyXml(payload),
      '<ns:binary xmlns:ns="http://ws.apache.org/commons/ns/payload">Ynl0ZXM=</ns:binary>',
    );
    assert.equal(Buffer.from(payload.binary ?? []).toString(), 'bytes');
    payload.setBinary(new Uint8Array());
    assert.equal(bodyXml(payload), '<ns:binary xmlns:ns="http://ws.apache.org/commons/ns/payload"></ns:binary>');
  });
});

describe('payload: unread bodies and copies (message-model 4.1, mediators 2.9)', () => {
  it('is collected once, within a limit', async () => {
    const payload = Payload.unread(Readable.from([Buffer.from('ab'), Buffer.from('c')]));
    assert.equal(payload.built, false);
    assert.equal(Buffer.from(await payload.collect(3)).toString(), 'abc');
    assert.equal(Buffer.from(await payload.collect()).toString(), 'abc');
    assert.equal(payload.built, false);
    await assert.rejects(Payload.unread(Readable.from([Buffer.from('abcd')])).collect(3), RangeError);
  });

  it('counts as built once it is replaced, and the stream runs out', async () => {
    const source = Readable.from([Buffer.from('ab')]);
    const payload = Payload.unread(source);
    payload.setText('x');
    assert.equal(payload.built, true);
    assert.equal(payload.source, undefined);
    await new Promise((resolve) => source.once('close', resolve));
  });

  it('a copy is independent, and its JSON still wins over its own tree', () => {
    const original = json('{"a":1}');
    original.envelope();
    const copy = original.clone();
    const first = copy.firstElement();
    first?.appendChild(createElement(documentOf(first), 'b'));
    assert.equal(copy.asJsonText(), '{"a":1}');
    assert.equal(bodyXml(original), '<jsonObject><a>1</a></jsonObject>');
    original.setJsonText('[]');
    assert.equal(copy.jsonText, '{"a":1}');
  });

  const soap = 'http://schemas.xmlsoap.org/soap/envelope/';
  const clones: readonly (readonly [what: string, envelope: string, copy: string])[] = [
    [
      'a prefix of its own, with prefixes in the order of a hash map',
      `<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap}" xmlns:xsi="i" xmlns:s="s"><SOAP-ENV:Header><h/></SOAP-ENV:Header><SOAP-ENV:Body><s:a/>t<xsi:b/></SOAP-ENV:Body></SOAP-ENV:Envelope>`,
      `<soapenv:Envelope xmlns:soapenv="${soap}" xmlns:s="s" xmlns:SOAP-ENV="${soap}" xmlns:xsi="i"><soapenv:Header><h/></soapenv:Header><soapenv:Body><s:a/>t<xsi:b/></soapenv:Body></soapenv:Envelope>`,
    ],
    [
      'no prefix',
      '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><a xmlns=""/></Body></Envelope>',
      '<soapenv:Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:soapenv="http://www.w3.org/2003/05/soap-envelope"><soapenv:Body><a xmlns=""/></soapenv:Body></soapenv:Envelope>',
    ],
    [
      'the prefix soapenv, left as it is',
      `<soapenv:Envelope xmlns:x="x" xmlns:soapenv="${soap}"><soapenv:Body x:id="1"/></soapenv:Envelope>`,
      `<soapenv:Envelope xmlns:x="x" xmlns:soapenv="${soap}"><soapenv:Body x:id="1"/></soapenv:Envelope>`,
    ],
  ];
  for (const [what, text, copy] of clones) {
    it(`mediators 2.9: the copy of an envelope with ${what}`, () => {
      const unread = Payload.empty();
      unread.setUnfinishedEnvelope(new XmlReader(text), text.includes('2003/05') ? '1.2' : '1.1');
      const read = Payload.empty();
      read.setEnvelope(parseElement(text));
      for (const payload of [unread, read]) assert.equal(serializeEnvelope(payload.clone().envelope()), copy);
    });
  }

  it('copies of a document that is being read', () => {
    const original = Payload.empty();
    original.setUnfinished(new XmlReader('<a><b/></a>'));
    original.firstElementName();
    const copy = original.clone();
    assert.equal(bodyXml(original), '<a><b/></a>');
    assert.equal(bodyXml(copy), '<a><b/></a>');
    assert.notEqual(copy.firstElement(), original.firstElement());
  });
});

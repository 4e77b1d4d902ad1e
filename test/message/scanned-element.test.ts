import assert from 'node:assert/strict';
import { serializeEnvelope } from '../../runtime/message/envelope.js';
import { Payload } from '../../runtime/message/payload.js';
import { scannedElement } from '../../runtime/message/scanned-element.js';
import { parseElement, XmlReader } from '../../runtime/xml/parse.js';
import { serializeElement } from '../../runtime/xml/serialize.js';

const soap = (body: string, more = '') =>
  `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"${more}><soapenv:Header><h xmlns="urn:h"/></soapenv:Header>` +
  `<soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

function received(text: string): Payload {
  const payload = Payload.empty();
  const reader = new XmlReader(text, { skipInstructions: true });
  if (reader.rootName().localName === 'Envelope') payload.setUnfinishedEnvelope(reader, '1.1');
  else payload.setUnfinished(reader);
  return payload;
}

/** What the message is written as when its first element has been replaced in the tree. */
function replacedInTree(payload: Payload, result: string): string {
  const place = payload.firstElement();
  const made = parseElement(result);
  place?.parentNode?.replaceChild(made, place);
  return serializeEnvelope(payload.envelope());
}

describe('the first body element as text', () => {
  const bodies: [what: string, body: string][] = [
    ['plain', '<a>1</a>'],
    ['with a namespace of its own', '<p:a xmlns:p="urn:p" k="v"><p:b/></p:a>'],
    ['in a default namespace', '<a xmlns="urn:d"><b xmlns=""/></a>'],
    ['with references and blanks', '<a k="&lt;1&amp;2"> &lt;x&amp; <b></b></a>'],
    ['with a sibling', '<a/><b/>'],
    ['between blanks', '\n  <a>\n    <b/>\n  </a>\n'],
    ['that declares a prefix again', '<a xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"/>'],
  ];
  const results: [what: string, text: string][] = [
    ['plain', '<o>2</o>'],
    ['with a declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<o><i/></o>'],
    ['with namespaces', '<q:o xmlns:q="urn:q" xmlns="urn:d"><i xmlns=""/></q:o>'],
    ['named as what is around it', '<Body><Envelope/></Body>'],
  ];
  for (const [what, body] of bodies) {
    it(`${what}: the tree says the same, before and after it is replaced`, () => {
      for (const text of body.trim().endsWith('<b/>') && body.startsWith('<a/>') ? [soap(body)] : [soap(body), body]) {
        const inTree = received(text).firstElement();
        const found = scannedElement(received(text));
        assert.ok(found && inTree, text);
        assert.equal(serializeElement(parseElement(found.text)), serializeElement(inTree));
        for (const [kind, result] of results) {
          const payload = received(text);
          assert.equal(scannedElement(payload)?.replace(result), true, kind);
          assert.ok(payload.scanned ?? payload.scannedElement, 'it stays text');
          assert.equal(
            serializeEnvelope(payload.envelope()),
            replacedInTree(received(text), result),
            `${text} ${kind}`,
          );
        }
      }
    });
  }

  const trees: [what: string, text: string][] = [
    ['a prefix that is declared around it', soap('<p:a/>', ' xmlns:p="urn:p"')],
    ['a prefix in a value', soap('<a t="p:int"/>', ' xmlns:p="urn:p"')],
    ['a default namespace around it', soap('<a/>', ' xmlns="urn:d"')],
    ['an empty body', soap('')],
    ['a document that is not plain', soap('<a><!-- c --></a>')],
  ];
  for (const [what, text] of trees) {
    it(`${what} takes the tree`, () => assert.equal(scannedElement(received(text)), undefined));
  }

  it('a tree is not made text again', () => {
    const payload = received(soap('<a/>'));
    payload.envelope();
    assert.equal(scannedElement(payload), undefined);
  });

  const refused: [what: string, result: string][] = [
    ['two elements', '<a/><b/>'],
    ['a text', 'text'],
    ['text behind the element', '<a/>text'],
    ['nothing', ''],
    ['the end of what is around it', '<a/></soapenv:Body><soapenv:Body><b/>'],
    ['a prefix that is declared around it', '<soapenv:a/>'],
    ['what is not plain', '<a><!-- c --></a>'],
    ['malformed XML', '<a>'],
  ];
  for (const [what, result] of refused) {
    it(`is not replaced by ${what}`, () => {
      const payload = received(soap('<a>1</a>'));
      assert.equal(scannedElement(payload)?.replace(result), false);
      assert.equal(payload.scanned?.scan.text, soap('<a>1</a>'));
    });
  }
});

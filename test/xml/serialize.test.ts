import assert from 'node:assert/strict';
import type { Element } from '@xmldom/xmldom';
import {
  addAttribute,
  appendNew,
  createElement,
  declareNamespace,
  documentOf,
  newDocument,
  setAttribute,
} from '../../runtime/xml/create.js';
import { parseElement } from '../../runtime/xml/parse.js';
import { serializeElement } from '../../runtime/xml/serialize.js';
import {
  adopt,
  childElements,
  childNamed,
  cloneInto,
  copyNode,
  directText,
  firstChildElement,
  removeChildren,
} from '../../runtime/xml/walk.js';

const source =
  '<p:root xmlns:p="urn:one" xmlns="urn:default" xmlns:q="urn:two" p:att="A"><child q:x="1">c1</child>' +
  '<p:child>c2</p:child><q:child xmlns:q="urn:other">c3</q:child><none xmlns=""><inner>i</inner></none><q:deep><p:leaf>leaf</p:leaf></q:deep></p:root>';

describe('XML writing (message-model 3.3 rule 4)', () => {
  it('a tree comes out as it went in', () => assert.equal(serializeElement(parseElement(source)), source));

  const alone: string[] = [
    '<child xmlns="urn:default" xmlns:q="urn:two" q:x="1">c1</child>',
    '<p:child xmlns:p="urn:one">c2</p:child>',
    '<q:child xmlns:q="urn:other">c3</q:child>',
    '<none><inner>i</inner></none>',
    '<q:deep xmlns:q="urn:two"><p:leaf xmlns:p="urn:one">leaf</p:leaf></q:deep>',
  ];
  for (const [index, expected] of alone.entries()) {
    it(`standing alone: ${expected}`, () => {
      const child = childElements(parseElement(source))[index];
      assert.equal(child && serializeElement(child), expected);
    });
  }

  it('declarations that repeat what is in force are left out', () => {
    const text = '<s:a xmlns:s="urn:s"><s:b xmlns:s="urn:s" xmlns=""><c xmlns=""/></s:b></s:a>';
    assert.equal(serializeElement(parseElement(text)), '<s:a xmlns:s="urn:s"><s:b><c/></s:b></s:a>');
  });

  it('an element of no namespace below a default namespace', () => {
    const root = parseElement('<a xmlns="urn:a"/>');
    root.appendChild(createElement(documentOf(root), 'b'));
    assert.equal(serializeElement(root), '<a xmlns="urn:a"><b xmlns=""/></a>');
  });

  it('empty text, escapes, illegal names', () => {
    const document = newDocument();
    const root = createElement(document, 'a b');
    setAttribute(root, '1x', '"<>&\t\r');
    root.appendChild(document.createTextNode(''));
    assert.equal(serializeElement(root), '<a b 1x="&quot;&lt;>&amp;&#x9;&#xd;"></a b>');
    root.appendChild(document.createTextNode('<>&"\t\r\u007f]]>'));
    assert.equal(serializeElement(root), '<a b 1x="&quot;&lt;>&amp;&#x9;&#xd;">&lt;>&amp;"\t&#xd;&#x7f;]]&gt;</a b>');
  });

  it('attributes in the order they were added, declarations first', () => {
    const root = createElement(newDocument(), 'a');
    setAttribute(root, 'z', '1');
    addAttribute(root, 'p:y', '2', 'urn:p');
    declareNamespace(root, 'q', 'urn:q');
    setAttribute(root, 'z', '3');
    assert.equal(serializeElement(root), '<a xmlns:q="urn:q" xmlns:p="urn:p" z="3" p:y="2"/>');
  });
});

describe('XML walking', () => {
  const root = parseElement('<a>x<!--c--><b>y</b><![CDATA[z]]><n:b xmlns:n="urn:n"/></a>');

  it('children and text', () => {
    assert.deepEqual(
      childElements(root).map((child) => child.nodeName),
      ['b', 'n:b'],
    );
    assert.equal(firstChildElement(root)?.nodeName, 'b');
    assert.equal(childNamed(root, 'b', 'urn:n')?.nodeName, 'n:b');
    assert.equal(childNamed(root, 'c', ''), undefined);
    assert.equal(directText(root), 'xz');
  });

  it('nodes appended the fast way are where appendChild puts them', () => {
    const build = (append: (parent: Element, child: Element) => void): Element => {
      const parent = createElement(newDocument(), 'a');
      for (const name of ['b', 'c', 'd']) append(parent, createElement(documentOf(parent), name));
      return parent;
    };
    const shape = (parent: Element) =>
      Array.from(parent.childNodes as unknown as Iterable<Element>).map((node) => [
        node.nodeName,
        node.parentNode === parent,
        node.previousSibling?.nodeName,
        node.nextSibling?.nodeName,
      ]);
    const fast = build(appendNew);
    const slow = build((parent, child) => void parent.appendChild(child));
    assert.deepEqual(shape(fast), shape(slow));
    assert.equal(fast.lastChild?.nodeName, slow.lastChild?.nodeName);
    const removed = fast.removeChild(fast.childNodes[1] as Element);
    fast.insertBefore(removed, fast.firstChild);
    assert.equal(serializeElement(fast), '<a><c/><b/><d/></a>');
  });

  it('copies are complete', () => {
    const text = '<a xmlns="urn:a" xmlns:p="urn:p" p:x="1" y="2">t<!--c--><?p d?><![CDATA[z]]><p:b/></a>';
    const original = parseElement(text);
    setAttribute(original, '1 z', '3');
    const copy = copyNode(original, newDocument());
    assert.equal(serializeElement(copy), serializeElement(original));
    assert.equal(copy.firstChild?.nextSibling?.nodeType, 8);
    assert.equal(copy.lastChild?.namespaceURI, 'urn:p');
  });

  it('copies belong to the other tree, what is adopted stays the same node', () => {
    const target = parseElement('<t xmlns="urn:t"/>');
    const copy = cloneInto(root, target);
    assert.equal(copy.ownerDocument, target.ownerDocument);
    assert.notEqual(copy, root);
    const moved = childElements(root)[0];
    assert.ok(moved);
    assert.equal(adopt(moved, target), moved);
    assert.equal(moved.firstChild?.ownerDocument, target.ownerDocument);
    assert.equal(childElements(root).length, 1);
    assert.match(serializeElement(target), /<b xmlns="">y<\/b><\/t>$/);
    removeChildren(target);
    assert.equal(target.firstChild, null);
  });
});

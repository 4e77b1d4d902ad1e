import { refusals, table } from './harness.js';

describe('detach and replace', () => {
  table([
    {
      rule: 'mediators 12: detach moves the first node of the path into the property',
      xml: '<detach source="//b" property="p"/>',
      given: { body: '<a xmlns:x="u"><b x:k="1">2</b><b>3</b></a>' },
      expect: {
        outcome: true,
        body: '<a xmlns:x="u"><b>3</b></a>',
        properties: { p: 'XML:<b xmlns:x="u" x:k="1">2</b>' },
      },
    },
    {
      rule: 'mediators 12: detach takes a text as well',
      xml: '<detach source="//b/text()" property="p"/><property name="q" expression="$ctx:p"/>',
      given: { body: '<a><b>2</b></a>' },
      expect: { body: '<a><b/></a>', properties: { q: '2' } },
    },
    {
      rule: 'mediators 12: detach without a source takes the first body element',
      xml: '<detach property="p"/>',
      given: { body: '<a>1</a>' },
      expect: { outcome: true, body: undefined, properties: { p: 'XML:<a>1</a>' } },
    },
    {
      rule: 'mediators 12: detach of nothing is a fault',
      xml: '<detach source="//none" property="p"/>',
      given: { body: '<a/>' },
      expect: { fault: 'The path //none selects no element and no text', body: '<a/>' },
    },
    {
      rule: 'mediators 12: detach of an attribute is a fault',
      xml: '<detach source="//@k" property="p"/>',
      given: { body: '<a k="1"/>' },
      expect: { outcome: 'fault', body: '<a k="1"/>' },
    },
    {
      rule: 'mediators 12: detach of an empty message is a fault',
      xml: '<detach property="p"/>',
      expect: { fault: 'The message has no body element' },
    },
    {
      rule: 'mediators 12: detach changes a JSON body, too',
      xml: '<detach source="//b" property="p"/><property name="j" expression="json-eval($)"/>',
      given: { body: '{"a":1,"b":2}' },
      expect: { properties: { p: 'XML:<b>2</b>', j: '{"a":1}' } },
    },
    {
      rule: 'mediators 12: replace puts the node in the place of the target, and the property stays',
      xml: '<detach source="//b" property="p"/><replace target="//c" property="p"/><replace target="//d" property="p"/>',
      given: { body: '<a><b>1</b><c/><d/></a>' },
      expect: { outcome: true, body: '<a><b>1</b><b>1</b></a>', properties: { p: 'XML:<b>1</b>' } },
    },
    {
      rule: 'mediators 12: replace without a target replaces the first body element',
      xml: '<detach source="//b" property="p"/><replace property="p"/>',
      given: { body: '<a><b>1</b></a>' },
      expect: { body: '<b>1</b>' },
    },
    {
      rule: 'mediators 12: replace by a property that holds no node is a fault',
      xml: '<replace target="//b" property="p"/>',
      given: { body: '<a><b/></a>', properties: { p: '<c/>' } },
      expect: { fault: 'The property p holds no element to replace by', body: '<a><b/></a>' },
    },
    {
      rule: 'mediators 12: replace of nothing is a fault',
      xml: '<detach source="//b" property="p"/><replace target="//none" property="p"/>',
      given: { body: '<a><b/></a>' },
      expect: { fault: 'The path //none selects no element and no text' },
    },
  ]);

  refusals([
    { rule: 'mediators 12: detach needs a property', xml: '<detach source="//a"/>', code: 'missing-attribute' },
    { rule: 'mediators 12: replace needs a property', xml: '<replace target="//a"/>', code: 'missing-attribute' },
    {
      rule: 'mediators 12: the source of detach is XPath',
      xml: '<detach source="//[" property="p"/>',
      code: 'invalid-expression',
    },
  ]);
});

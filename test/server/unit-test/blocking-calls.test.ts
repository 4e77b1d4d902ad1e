import assert from 'node:assert/strict';
import { withBlockingCalls } from '../../../runtime/server/unit-test/blocking-calls.js';

const before = (prefix = '') =>
  `<${prefix}property name="REST_URL_POSTFIX" action="remove" scope="axis2" metadata="synapse.unittest.injected"/>` +
  `<${prefix}property name="setCharacterEncoding" value="false" scope="axis2" metadata="synapse.unittest.injected"/>`;

const rows: readonly (readonly [rule: string, xml: string, rewritten: string])[] = [
  ['a call becomes a blocking one', '<call><e/></call>', `${before()}<call blocking="true"><e/></call>`],
  ['one that is not blocking, too', '<call blocking="false" a="b"/>', `${before()}<call blocking="true" a="b"/>`],
  ['a blocking one stays', "<call blocking='true'><e/></call>", "<call blocking='true'><e/></call>"],
  ['a prefix is kept', '<s:call></s:call>', `${before('s:')}<s:call blocking="true"></s:call>`],
  ['other elements stay', '<callout/><call-template/><calls/>', '<callout/><call-template/><calls/>'],
  ['what is no element stays', '<!-- <call/> --><![CDATA[<call/>]]>', '<!-- <call/> --><![CDATA[<call/>]]>'],
  ['lines stay', '<a>\n<call\n a=">"/></a>', `<a>\n${before()}<call blocking="true"\n a=">"/></a>`],
];

describe('artifacts 5.2: calls of tested sequences', () => {
  for (const [rule, xml, rewritten] of rows) it(rule, () => assert.equal(withBlockingCalls(xml), rewritten));
});

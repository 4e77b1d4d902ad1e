import assert from 'node:assert/strict';
import { ExpressionSyntaxError } from '../../../runtime/expression/expression.js';
import { compileXPath, setXPathFallback } from '../../../runtime/expression/xpath/compile.js';
import { loadXPath2 } from '../../../runtime/expression/xpath/xpath2.js';
import { WholeNumber } from '../../../runtime/java/value.js';
import { messageOf, namespaces } from './message.js';

const rows: [expression: string, text: string][] = [
  ["if (//a = '1') then 'yes' else 'no'", 'yes'],
  ['for $x in //a return number($x) * 2', '2'],
  ['some $x in //a satisfies $x = 2', 'true'],
  ['a[1] eq "1"', 'true'],
  ["if ($ctx:s eq 'text') then '$ctx:s' else ''", '$ctx:s'],
  ['if ($ctx:i eq 5) then get-property("s") else get-property("axis2", "m")', 'text'],
  ['if ($ctx:none) then 1 else 2', '2'],
  ['for $x in //none return $x', ''],
];

describe('message-model 3.1, 4.6: synapse.xpath.dom.failover.enabled, the XPath 2.0 fallback', () => {
  before(async () => setXPathFallback(await loadXPath2()));
  after(() => setXPathFallback(undefined));

  const message = () =>
    messageOf({
      xml: '<r><a>1</a><a>2</a></r>',
      properties: { s: 'text', i: WholeNumber.integer(5) },
      axis2: { m: 'A' },
    });

  for (const [expression, text] of rows) {
    it(`message-model 3.1 rule 3: ${expression}`, () => {
      assert.equal(compileXPath(expression, namespaces()).text(message()), text);
    });
  }

  it('message-model 3.1 rule 3: XPath 1.0 stays XPath 1.0', () => {
    assert.equal(compileXPath('1 + 1', namespaces()).text(message()), '2.0');
  });

  it('message-model 3.1 rule 3: what neither knows is refused with its column', () => {
    assert.throws(
      () => compileXPath('1 eq', namespaces()),
      (error: unknown) => error instanceof ExpressionSyntaxError && error.column === 3,
    );
  });

  it('message-model 3.1 rule 3: without the fallback XPath 2.0 is refused', () => {
    setXPathFallback(undefined);
    assert.throws(() => compileXPath('1 eq 1', namespaces()), ExpressionSyntaxError);
  });
});

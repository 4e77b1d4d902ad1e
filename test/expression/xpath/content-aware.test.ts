import assert from 'node:assert/strict';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { namespaces } from './message.js';

const rows: [expression: string, builds: boolean][] = [
  ['//total', true],
  ['$body/order', true],
  ["concat('a/b','c')", true],
  ['boolean($header)', false],
  ['string($body)', false],
  ['concat($ctx:x,//total)', false],
  ['concat($trp:X,//total)', false],
  ['concat($axis2:X,//total)', false],
  ['concat($var:v,//total)', true],
  ['concat($operation:o,//total)', true],
  ["concat(get-property('transport','X'),//total)", false],
  ['concat(get-property( "system" ,\'x\'),//total)', false],
  ["concat(get-property('registry','gov:x/y'),//a)", false],
  ["concat(get-property('axis2','x'),//total)", true],
  ["concat(get-property('x'),get-property('system','x'),//total)", true],
  ["concat(get-property('system'),//total)", true],
  ["get-property('FAULT')", true],
  ["get-property('From')", true],
  ["get-property('To')", false],
];

describe('XPath: content awareness', () => {
  for (const [expression, builds] of rows) {
    it(`message-model 3.3: ${expression} ${builds ? 'builds' : 'does not build'} the body`, () => {
      assert.equal(compileXPath(expression, namespaces()).contentAware, builds);
    });
  }
});

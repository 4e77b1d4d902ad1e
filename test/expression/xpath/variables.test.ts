import assert from 'node:assert/strict';
import { compileExpression } from '../../../runtime/expression/compile.js';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { DeferredParameter } from '../../../runtime/message/deferred.js';
import type { Message } from '../../../runtime/message/message.js';
import { type MessageParts, messageOf, namespaces } from './message.js';

const parts: MessageParts = {
  xml: '<r><a>1</a></r>',
  properties: { s: 'text', 'a.b': 'dot', map: new Map([['k', 'v']]) },
  variables: { v: 'var' },
  axis2: { own: 'A' },
  operation: { op: 'O' },
  headers: { 'X-Thing': 'head' },
  to: 'http://h/p?a=x%20y&B=up&plus=x+y&eq=x=y&dup=1&dup=2&bare&latin=%E9x&bad=%zz%41',
  localEntries: { le: 'entry' },
};

const { xml: _, ...withoutBody } = parts;

const rows: [expression: string, text: string | null][] = [
  ['$ctx:s', 'text'],
  ['$ctx:a.b', 'dot'],
  ['$ctx:le', null],
  ['$ctx:none', null],
  ['$var:v', 'var'],
  ['$axis2:own', 'A'],
  ['$axis2:op', 'O'],
  ['$operation:op', 'O'],
  ['$operation:own', null],
  ['$trp:x-thing', 'head'],
  ['$trp:None', null],
  ['$sys:sys.a', 'system a'],
  ['$sys:none', ''],
  ['$url:a', 'x y'],
  ['$url:b', 'up'],
  ['$url:plus', 'x y'],
  ['$url:eq', 'x'],
  ['$url:dup', '1'],
  ['$url:bare', ''],
  ['$url:none', ''],
  ['$url:latin', '\ufffdx'],
  ['$url:bad', '%zzA'],
  ['$map:k', 'v'],
  ['$body/r/a', '1'],
  ['local-name($any:body)', 'Body'],
  ['local-name($ctx:env)', 'Envelope'],
  ['boolean($header)', 'true'],
];

const unknown = ['$nothing', '$ctx', '$other:x', '$map:zz', '$bound:s', '$bound:body'];

const inTemplate = (message: Message): Message => {
  message.functionStack.push({
    template: 't',
    parameters: new Map<string, unknown>([
      ['p', 'given'],
      ['x', compileExpression('//a', namespaces())],
      ['q', compileExpression('$ctx:s', namespaces())],
      ['g', compileExpression("get-property('s')", namespaces())],
      ['d', new DeferredParameter('json-eval($.a)')],
    ]),
  });
  return message;
};

describe('XPath: variables', () => {
  for (const [expression, text] of rows) {
    it(`message-model 3.2: ${expression} is ${JSON.stringify(text)}`, () => {
      assert.equal(compileXPath(expression, namespaces()).text(messageOf(parts)), text);
    });
  }

  for (const expression of unknown) {
    it(`message-model 3.2: ${expression} is unknown, a fault`, () => {
      const compiled = compileXPath(expression, namespaces({ bound: 'urn:b' }));
      assert.throws(
        () => compiled.text(messageOf(parts)),
        (error: Error) => /resulted in an error/.test(error.message) && /Variable/.test(String(error.cause)),
      );
    });
  }

  const parameters: [expression: string, text: string | null][] = [
    ['$func:p', 'given'],
    ['$func:x', '1'],
    ['$func:d', ''],
    ['$func:none', null],
    ["get-property('func','p')", 'given'],
    ["get-property('func','none')", ''],
  ];
  for (const [expression, text] of parameters) {
    it(`message-model 3.2, mediators 8.1: template parameter ${expression}`, () => {
      assert.equal(compileXPath(expression, namespaces()).text(inTemplate(messageOf(parts))), text);
    });
  }

  it('mediators 8.1: a deferred template parameter that reads properties is a fault', () => {
    for (const expression of ['$func:q', '$func:g']) {
      const message = inTemplate(messageOf(parts));
      assert.throws(() => compileXPath(expression, namespaces()).text(message), /resulted in an error/);
    }
  });

  it('message-model 3.2: a template parameter outside of a template is a fault', () => {
    for (const expression of ['$func:p', "get-property('func','p')"]) {
      assert.throws(() => compileXPath(expression, namespaces()).text(messageOf(parts)), /resulted in an error/);
    }
  });

  it('message-model 3.2: an expression over properties never touches the body', () => {
    const message = messageOf({ ...withoutBody, unread: 'not read' });
    Object.defineProperty(message, 'payload', { get: () => assert.fail('the body was touched') });
    for (const expression of [
      "concat($ctx:s, get-property('axis2','own'))",
      "$trp:X-Thing = 'head'",
      "$var:v != 'x'",
    ]) {
      compileXPath(expression, namespaces()).text(message);
    }
  });
});

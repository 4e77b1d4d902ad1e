import assert from 'node:assert/strict';
import { jvmOnly } from '../../mediators/jvm-only.js';
import { defineMediator } from '../../mediators/mediator.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import type { Problem } from '../../runtime/configuration/problem.js';
import { createCompileContext } from '../../runtime/deploy/compile-context.js';
import { MediatorCatalogue } from '../../runtime/deploy/compile-list.js';
import { problemsOf, refusals } from './harness.js';

describe('class', () => {
  refusals([
    {
      rule: 'mediators 11: a class without a port does not deploy',
      xml: '<class name="com.acme.Foo"/>',
      code: 'unknown-class',
      at: '1:76',
    },
    { rule: 'mediators 11: name is required', xml: '<class/>', code: 'missing-attribute' },
  ]);

  it('mediators 11: a port that was made with defineMediator runs in place of its class', () => {
    const port = defineMediator({
      name: 'foo',
      javaClass: 'com.acme.Foo',
      summary: 'A port.',
      attributes: {},
      compile: (element) => ({
        contentAware: false,
        mediate: () => element.element('property')?.attribute('value') === 'x',
      }),
    });
    const problems: Problem[] = [];
    const context = createCompileContext('sequence:test', new MediatorCatalogue([port]), problems);
    const xml =
      '<sequence xmlns="http://ws.apache.org/ns/synapse"><class name="com.acme.Foo"><property name="p" value="x"/></class></sequence>';
    const list = context.children(parseConfiguration(xml, 'test.xml'));
    assert.deepEqual(problems, []);
    assert.equal(list.mediate({} as never), true);
  });
});

describe('mediators that need a Java machine', () => {
  for (const { name, namespace } of jvmOnly) {
    it(`mediators 11: <${name}> is refused with the way out`, () => {
      const [problem] = problemsOf(`<${name}${namespace ? ` xmlns="${namespace}"` : ''}/>`);
      assert.equal(problem?.code, 'needs-jvm');
      assert.equal(problem?.severity, 'error');
      assert.ok((problem?.hint ?? '').length > 5);
    });
  }
});

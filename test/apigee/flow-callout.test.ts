import assert from 'node:assert/strict';
import { type Files, proxyXml, steps, TestEnvironment, trailPolicies } from './environment-harness.js';

const callout = (inside = ''): Files => ({
  'policies/F.xml': `<FlowCallout name="F"><SharedFlowBundle>shared</SharedFlowBundle>${inside}</FlowCallout>`,
});

const proxy = (inside = ''): Files => ({
  ...callout(inside),
  ...trailPolicies('after'),
  'proxies/default.xml': proxyXml({ inside: `<PreFlow><Request>${steps('F', 'after')}</Request></PreFlow>` }),
});

const shared = (files: Files, flow: string): Files => ({
  ...files,
  'sharedflows/default.xml': `<SharedFlow name="default">${flow}</SharedFlow>`,
});

describe('api-management 2.2: shared flows', () => {
  it('run in the flow that calls them; they may be deployed later', async () => {
    const env = new TestEnvironment().deploy('p', proxy());
    const before = await env.request('/p');
    assert.deepEqual([before.status, JSON.parse(before.body).fault.detail.errorcode], [500, 'flow.SharedFlowNotFound']);
    const conditional = `<Step><Name>two</Name><Condition>request.verb = "PUT"</Condition></Step>`;
    env.deploy('shared', shared(trailPolicies('one', 'two'), steps('one') + conditional), { kind: 'sharedflowbundle' });
    assert.equal((await env.request('/p')).flow.get('trail'), 'one,after,');
  });

  it('a fault inside ends the flow outside, unless the callout continues', async () => {
    const files = shared({ 'policies/R.xml': '<RaiseFault name="R"/>' }, steps('R'));
    const env = new TestEnvironment().deploy('shared', files, { kind: 'sharedflowbundle' }).deploy('p', proxy());
    const answer = await env.request('/p');
    assert.deepEqual(
      [answer.status, answer.flow.get('flowcallout.F.failed'), answer.flow.get('trail')],
      [500, true, undefined],
    );
  });

  it('parameters are variables while it runs', async () => {
    const show =
      '<AssignMessage name="show"><AssignVariable><Name>seen</Name><Template>{a} {b}</Template></AssignVariable></AssignMessage>';
    const parameters =
      '<Parameters><Parameter name="a">x</Parameter><Parameter name="b" ref="request.verb"/></Parameters>';
    const env = new TestEnvironment()
      .deploy('shared', shared({ 'policies/show.xml': show }, steps('show')), { kind: 'sharedflowbundle' })
      .deploy('p', proxy(parameters));
    const { flow } = await env.request('/p');
    assert.deepEqual([flow.get('seen'), flow.get('a'), flow.get('b')], ['x GET', undefined, undefined]);
  });

  it('that call each other in a circle end', async () => {
    const env = new TestEnvironment()
      .deploy('shared', shared(callout(), steps('F')), { kind: 'sharedflowbundle' })
      .deploy('p', proxy());
    const answer = await env.request('/p');
    assert.equal(JSON.parse(answer.body).fault.detail.errorcode, 'flow.SharedFlowRecursion');
  });

  it('without a shared flow a bundle is refused', () => {
    assert.throws(
      () => new TestEnvironment().deploy('s', { 'x.xml': '<SharedFlowBundle/>' }, { kind: 'sharedflowbundle' }),
      /has no shared flow/,
    );
  });
});

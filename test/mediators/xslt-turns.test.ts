import assert from 'node:assert/strict';
import { parseElement } from '../../runtime/xml/parse.js';
import { run, runTogether } from './harness.js';

/** A stylesheet that tells when it runs, by reading an entry, and takes its time. */
const sheet = (entry: string, work = 'sum(for $i in 1 to 20000 return $i * 2)') =>
  parseElement(
    `<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
      <xsl:template match="/"><o><xsl:value-of select="unparsed-text('${entry}'), ${work}"/></o></xsl:template>
    </xsl:stylesheet>`,
  );

describe('xslt: many messages at once', () => {
  for (const name of ['xslt', 'fastXSLT']) {
    it(`${name}: the first have their answers before the last are begun`, async () => {
      const events: string[] = [];
      const entry = (event: string) => {
        events.push(event);
        return '';
      };
      const entries = {
        request: sheet('begun'),
        answer: sheet('answered'),
        get begun() {
          return entry('begun');
        },
        get answered() {
          return entry('answered');
        },
      };
      const flow = `<${name} key="request"/><call><endpoint key="e"/></call><${name} key="answer"/>`;
      const given = { body: '<r/>', entries, answers: [{ body: '<r/>', contentType: 'application/xml' }] };
      await runTogether(flow, given, 20, () => events.push('done'));
      const last = events.lastIndexOf('begun');
      const done = events.slice(0, last).filter((event) => event === 'done').length;
      assert.equal(events.length, 3 * 21, events.join());
      assert.ok(done >= 10, events.join());
    });
  }

  it('mediators 6.3: one that waited and takes too long is a fault, and the next goes on', async () => {
    const endless = sheet('text', 'sum(for $i in 1 to 100000000 return $i * 2)');
    const entries = { first: sheet('text'), endless, text: '' };
    const xml = (key: string) => `<xslt key="${key}"/>`;
    const given = { body: '<r/>', entries };
    await run(xml('first'), given);
    const [, ended, next] = await Promise.all(['first', 'endless', 'first'].map((key) => run(xml(key), given)));
    assert.equal(
      ended?.fault,
      'The transformation by the stylesheet endless failed: it took longer than 5000 ms and was ended',
    );
    assert.equal(next?.outcome, true);
  }).timeout(20_000);
});

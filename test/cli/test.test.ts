import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import { findSuites, hasPassed, runSuite, type SuiteReport } from '../../runtime/index.js';
import { makeHome } from '../store/databases.js';
import { invoke } from './invoke.js';

const engine = { findSuites, hasPassed, runSuite };

const suite = (expected: string, artifact = '<sequence name="s"><property name="p" value="1"/></sequence>') =>
  `<unit-test><artifacts><test-artifact><artifact>${artifact.replace(' name', ' xmlns="http://ws.apache.org/ns/synapse" name')}</artifact></test-artifact></artifacts>
  <test-cases>
    <test-case name="p &amp; q"><assertions><assertEquals><actual>$ctx:p</actual><expected>${expected}</expected><message>wrong p</message></assertEquals></assertions></test-case>
  </test-cases></unit-test>`;

async function files(contents: Record<string, string>): Promise<string> {
  const folder = await makeHome();
  await mkdir(join(folder, 'deep/er'), { recursive: true });
  for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
  return folder;
}

describe('mediant test', () => {
  it('product 1: runs every suite in a folder, exit 0', async () => {
    const folder = await files({ 'a.xml': suite('1'), 'deep/er/b.xml': suite('1'), 'c.xml': '<sequence/>' });
    const { code, out } = await invoke(['test', folder], { engine });
    assert.equal(code, 0);
    assert.equal(
      out,
      `${folder}/a.xml\n  ✓ p & q\n${folder}/deep/er/b.xml\n  ✓ p & q\n\n2 suites, 2 cases: 2 passed\n`,
    );
  });

  it('product 1: a failing case is shown with what was found, exit 1', async () => {
    const folder = await files({ 'a.xml': suite('2') });
    const { code, out } = await invoke(['test', join(folder, 'a.xml')], { engine });
    assert.equal(code, 1);
    assert.equal(
      out,
      `${folder}/a.xml\n  ✗ p & q\n      assertEquals $ctx:p: wrong p\n        actual   1\n        expected 2\n\n1 suite, 1 case: 0 passed, 1 failed\n`,
    );
  });

  it('a suite that does not deploy or cannot be read is shown with the reason, exit 1', async () => {
    const folder = await files({
      'a.xml': suite('1', '<sequence name="s"><nothing/></sequence>'),
      'b.xml': '<unit-test/>',
    });
    const { code, out } = await invoke(['test', folder], { engine });
    assert.equal(code, 1);
    assert.match(out, /a\.xml\n {2}✗ The artifacts of the suite cannot be deployed\n {6}.*Unknown mediator <nothing>/);
    assert.match(
      out,
      /b\.xml\n {2}✗ The suite cannot be read\n {6}.*b\.xml:1:1 error <unit-test> of a unit test needs/,
    );
    assert.match(out, /\n2 suites, 0 cases: 0 passed, 2 suites could not be run to the end\n$/);
  });

  it('--coverage says what did not run', async () => {
    const artifact =
      '<sequence name="s"><property name="p" value="1"/>\n<filter source="$ctx:p" regex="2"><then>\n<drop/></then></filter></sequence>';
    const folder = await files({ 'a.xml': suite('1', artifact) });
    const { out } = await invoke(['test', '--coverage', folder], { engine });
    assert.match(out, /\n {2}sequence:s: 2 of 3 mediators ran \(66\.67 %\)\n {6}not run: drop:\d+\n/);
  });

  it('artifacts 5.6: --reporter json prints the reports', async () => {
    const folder = await files({ 'a.xml': suite('1'), 'b.xml': suite('2') });
    const { code, out } = await invoke(['test', '--reporter', 'json', folder], { engine });
    const reports = JSON.parse(out) as SuiteReport[];
    assert.equal(code, 1);
    assert.deepEqual(
      reports.map(({ testCases }) => testCases[0]?.assertionStatus),
      ['PASSED', 'FAILED'],
    );
    assert.deepEqual(reports[1], {
      file: join(folder, 'b.xml'),
      deploymentStatus: 'PASSED',
      deploymentException: '',
      deploymentDescription: '',
      currentTestCase: '',
      mediationException: '',
      mediationStatus: 'PASSED',
      testCases: [
        {
          testCaseName: 'p & q',
          mediationStatus: 'PASSED',
          assertionStatus: 'FAILED',
          exception: '',
          failureAssertions: [
            {
              assertionType: 'assertEquals',
              assertionExpression: '$ctx:p',
              actual: '1',
              expected: '2',
              assertionDescription: '',
              message: 'wrong p',
            },
          ],
          logs: [],
        },
      ],
    });
  });

  it('--reporter junit prints what build servers read', async () => {
    const folder = await files({ 'a.xml': suite('1'), 'b.xml': suite('2'), 'c.xml': '<unit-test/>' });
    const { code, out } = await invoke(['test', '--reporter', 'junit', folder], { engine });
    assert.equal(code, 1);
    const suites = parseConfiguration(out, 'junit.xml').elements();
    assert.deepEqual(
      suites.map((one) => ['name', 'tests', 'failures', 'errors'].map((name) => one.attribute(name))),
      [
        [`${folder}/a.xml`, '1', '0', '0'],
        [`${folder}/b.xml`, '1', '1', '0'],
        [`${folder}/c.xml`, '1', '0', '1'],
      ],
    );
    const [, failed, broken] = suites.map((one) => one.elements()[0]);
    assert.equal(failed?.attribute('name'), 'p & q');
    assert.match(failed?.element('failure')?.attribute('message') ?? '', /wrong p\nactual {3}1\nexpected 2/);
    assert.match(broken?.element('error')?.attribute('message') ?? '', /needs <artifacts>/);
  });

  for (const [what, args, err] of [
    ['no path', ['test'], /missing required argument/],
    ['a path that leads nowhere', ['test', '/none'], /\/none does not exist/],
    ['another reporter', ['test', '--reporter', 'tap', '.'], /Allowed choices are spec, json, junit/],
    ['an unknown option', ['test', '--coverag', '.'], /Did you mean --coverage/],
  ] as const) {
    it(`product 1: ${what} is wrong usage, exit 2`, async () => {
      const result = await invoke(args, { engine });
      assert.equal(result.code, 2);
      assert.match(result.err, err);
    });
  }

  it('product 1: a folder without suites is wrong usage, exit 2', async () => {
    const folder = await files({ 'a.xml': '<sequence/>' });
    assert.deepEqual(await invoke(['test', folder], { engine }), {
      code: 2,
      out: '',
      err: `mediant: ${folder} holds no unit-test suites\n`,
    });
  });
});

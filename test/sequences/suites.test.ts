import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadMediators } from '../../runtime/deploy/mediator-modules.js';
import { findSuites, runSuite, type SuiteReport } from '../../runtime/index.js';

const sequences = fileURLToPath(new URL('../../../sequences/', import.meta.url));
const examples = readdirSync(path.join(sequences, 'examples')).filter((name) => name.endsWith('.xml'));
const suites = findSuites(sequences);

/** What a suite says of itself, without what differs from run to run. */
function failuresOf(report: SuiteReport): unknown[] {
  const { deploymentException, mediationException, testCases } = report;
  const failed = testCases.filter(({ assertionStatus }) => assertionStatus !== 'PASSED');
  return [...failed, ...[deploymentException, mediationException].filter((text) => text !== '')];
}

describe('suites of sequences', () => {
  let ports: Awaited<ReturnType<typeof loadMediators>>;
  before(async () => {
    ports = await loadMediators([path.join(sequences, 'examples/modules/tax-mediator.mjs')]);
  });

  it('one for each example', () => {
    assert.deepEqual(readdirSync(path.join(sequences, 'tests/examples')).sort(), examples.sort());
  });

  for (const suite of suites) {
    it(path.relative(sequences, suite), async () => {
      const report = await runSuite(readFileSync(suite, 'utf8'), suite, { mediators: ports });
      assert.deepEqual(failuresOf(report), []);
      assert.ok(report.testCases.length > 0);
      assert.ok(report.testCases.every(({ mediationStatus }) => mediationStatus === 'PASSED'));
    });
  }
});

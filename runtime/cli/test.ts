import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type Context, exitCodes, UsageError } from './context.js';
import type { SuiteReport } from './engine.js';
import { addModuleOption, type ModuleOption, mediatorsOf } from './module-option.js';
import { junitText } from './test-junit.js';
import { caseLines, summaryText } from './test-text.js';

interface TestOptions extends ModuleOption {
  reporter: 'spec' | 'json' | 'junit';
  coverage?: boolean;
}

/** `mediant test PATH…`: runs unit-test suites (artifacts 5). */
export function defineTest(command: Command, context: Context): void {
  addModuleOption(command);
  command
    .argument('<paths...>', 'unit-test suites, or folders of them')
    .addOption(
      new Option('--reporter <reporter>', 'how results are printed').choices(['spec', 'json', 'junit']).default('spec'),
    )
    .option('--coverage', 'say which mediators of the artifacts ran')
    .action(async (paths: string[], { reporter, coverage, ...options }: TestOptions) => {
      const mediators = await mediatorsOf(options);
      const { findSuites, runSuite, hasPassed } = await context.engine();
      const reports: SuiteReport[] = [];
      for (const file of paths.flatMap((path) => suitesOf(path, findSuites))) {
        const report = await runSuite(await readFile(file, 'utf8'), file, { mediators, coverage: coverage === true });
        reports.push(report);
        if (reporter === 'spec') context.out(caseLines(report));
      }
      if (reporter === 'spec') context.out(summaryText(reports));
      if (reporter === 'json') context.out(`${JSON.stringify(reports, undefined, 2)}\n`);
      if (reporter === 'junit') context.out(junitText(reports));
      if (!reports.every(hasPassed)) context.exitCode = exitCodes.foundErrors;
    });
}

function suitesOf(path: string, find: (path: string) => string[]): string[] {
  const suites = find(path);
  if (suites.length === 0) throw new UsageError(`${path} holds no unit-test suites`);
  return suites;
}

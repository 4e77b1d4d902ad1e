import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Problem } from '../configuration/problem.js';
import { type Context, exitCodes, UsageError } from './context.js';
import { addModuleOption, type ModuleOption, mediatorsOf } from './module-option.js';
import { isError, problemLines, summaryLine } from './problem-lines.js';

/** `mediant check PATH…`: the checks of an upload (product 1). */
export function defineCheck(command: Command, context: Context): void {
  addModuleOption(command);
  command
    .argument('<paths...>', 'artifact files, connectors and applications, or folders of them')
    .addOption(new Option('--format <format>', 'how problems are printed').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], options: { format: string } & ModuleOption) => {
      const { findArtifacts } = await import('../deploy/folder.js');
      const { readArchives } = await import('../deploy/check-files.js');
      const mediators = await mediatorsOf(options);
      const { check } = await context.engine();
      const problems: Problem[] = [];
      const files = paths.flatMap((path) => artifactFiles(path, findArtifacts));
      const { operations, archives } = readArchives(files);
      for (const file of files) {
        problems.push(...(archives.get(file) ?? check(await readFile(file, 'utf8'), { file, operations, mediators })));
      }
      if (options.format === 'json') context.out(`${JSON.stringify(problems, undefined, 2)}\n`);
      else context.out(problemLines(problems));
      if (context.terminal) context.err(summaryLine(files.length, problems));
      if (problems.some(isError)) context.exitCode = exitCodes.foundErrors;
    });
}

function artifactFiles(path: string, find: (path: string) => { files: readonly string[] }): readonly string[] {
  let files: readonly string[];
  try {
    files = find(path).files;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  if (files.length === 0) throw new UsageError(`${path} holds no artifact files`);
  return files;
}

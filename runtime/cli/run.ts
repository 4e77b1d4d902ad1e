import type { Command } from 'commander';
import type { Problem } from '../configuration/problem.js';
import { type Context, exitCodes } from './context.js';
import type { DryRunResult } from './engine.js';
import { addMessageOptions, collect, type MessageOptions, messageOf, readNamed } from './message-options.js';
import { addModuleOption, type ModuleOption, mediatorsOf } from './module-option.js';
import { isError, problemLines } from './problem-lines.js';
import { runText } from './run-text.js';

interface RunOptions extends MessageOptions, ModuleOption {
  deploy?: string[];
  mock?: string[];
  json?: boolean;
  showSecrets?: boolean;
}

/** `mediant run SEQUENCE.xml`: one dry run (product 5). */
export function defineRun(command: Command, context: Context): void {
  command.argument('<sequence>', 'file of the sequence');
  addMessageOptions(command);
  addModuleOption(command);
  command
    .option('--deploy <PATH>', 'artifacts that the sequence refers to (may be repeated)', collect)
    .option('--mock <FILE>', 'mock service that answers instead of a backend (may be repeated)', collect)
    .option('--json', 'print the whole result as JSON')
    .option('--show-secrets', 'print credentials and tokens instead of ***')
    .action(async (file: string, options: RunOptions) => {
      const sequence = (await readNamed(file)).toString('utf8');
      const message = await messageOf(options, context);
      const mediators = await mediatorsOf(options);
      const { run, check } = await context.engine();
      let result: DryRunResult;
      try {
        result = await run(sequence, message, {
          file,
          deploy: options.deploy ?? [],
          mock: options.mock ?? [],
          showSecrets: options.showSecrets === true,
          mediators,
        });
      } catch (error) {
        if (!isConfigurationError(error)) throw error;
        const problems = check(sequence, { file, mediators });
        context.err(problemLines(problems.some(isError) ? problems : [error.problem]));
        context.exitCode = exitCodes.foundErrors;
        return;
      }
      context.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : runText(result));
      if (result.outcome === 'faulted') context.exitCode = exitCodes.foundErrors;
    });
}

/** By its shape: the class is loaded with the engine, which the command line is not. */
function isConfigurationError(error: unknown): error is Error & { problem: Problem } {
  return error instanceof Error && error.name === 'ConfigurationError' && 'problem' in error;
}

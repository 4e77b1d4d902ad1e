import type { Command } from 'commander';
import { type Context, exitCodes } from './context.js';
import { addMessageOptions, collect, type MessageOptions, messageOf, readNamed } from './message-options.js';
import { runText } from './run-text.js';

interface RunOptions extends MessageOptions {
  deploy?: string[];
  mock?: string[];
  json?: boolean;
  showSecrets?: boolean;
}

/** `mediant run SEQUENCE.xml`: one dry run (product 5). */
export function defineRun(command: Command, context: Context): void {
  command.argument('<sequence>', 'file of the sequence');
  addMessageOptions(command);
  command
    .option('--deploy <PATH>', 'artifacts that the sequence refers to (may be repeated)', collect)
    .option('--mock <FILE>', 'mock service that answers instead of a backend (may be repeated)', collect)
    .option('--json', 'print the whole result as JSON')
    .option('--show-secrets', 'print credentials and tokens instead of ***')
    .action(async (file: string, options: RunOptions) => {
      const sequence = (await readNamed(file)).toString('utf8');
      const message = await messageOf(options, context);
      const { run } = await context.engine();
      const result = await run(sequence, message, {
        file,
        deploy: options.deploy ?? [],
        mock: options.mock ?? [],
        showSecrets: options.showSecrets === true,
      });
      context.out(options.json ? `${JSON.stringify(result, undefined, 2)}\n` : runText(result));
      if (result.outcome === 'faulted') context.exitCode = exitCodes.foundErrors;
    });
}

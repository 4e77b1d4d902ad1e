import type { Command } from 'commander';
import { type Context, exitCodes } from './context.js';

/** `mediant demo`: the main job on real input (product 1). */
export function defineDemo(command: Command, context: Context): void {
  command
    .option('--keep', 'leave everything running and print curl lines to try')
    .action(async (options: { keep?: boolean }) => {
      const { demo } = await context.engine();
      const succeeded = await demo({ keep: options.keep === true, print: context.out });
      if (!succeeded) context.exitCode = exitCodes.foundErrors;
    });
}

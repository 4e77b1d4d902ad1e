import { readFile, writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { Problem } from '../configuration/problem.js';
import { type Context, exitCodes, UsageError } from './context.js';
import type { Conversion, Engine } from './engine.js';
import { problemLines } from './problem-lines.js';

interface ConvertOptions {
  to: 'sequence' | 'endpoint-security';
  write?: boolean;
}

/** `mediant convert FILE…`: writes the native form of what a flow does by hand. */
export function defineConvert(command: Command, context: Context): void {
  const forms = ['sequence', 'endpoint-security'];
  command
    .argument('<files...>', 'artifact files')
    .addOption(
      new Option('--to <form>', 'the artifact with its native form, or endpoint security for the publisher, as JSON')
        .choices(forms)
        .default('sequence'),
    )
    .option('--write', 'write the files in place instead of printing them')
    .action(async (files: string[], options: ConvertOptions) => {
      if (files.length > 1 && !options.write) {
        throw new UsageError('several files are converted in place only: add --write');
      }
      if (options.write && options.to !== 'sequence') throw new UsageError('--write goes with --to sequence');
      const { convert } = await context.engine();
      for (const file of files) await convertFile(file, options, convert, context);
    });
}

async function convertFile(
  file: string,
  options: ConvertOptions,
  convert: Engine['convert'],
  context: Context,
): Promise<void> {
  let conversion: Conversion;
  try {
    conversion = convert(await readFile(file, 'utf8'), { file });
  } catch (error) {
    if (!isConfigurationError(error)) throw error;
    context.err(problemLines([error.problem]));
    context.exitCode = exitCodes.foundErrors;
    return;
  }
  const { xml, lines, endpointSecurity } = conversion;
  if (lines.length === 0 || (options.to === 'endpoint-security' && endpointSecurity.length === 0)) {
    context.err(`mediant: ${file}: no token sequence that has a native form\n`);
    context.exitCode = exitCodes.foundErrors;
    return;
  }
  if (options.to === 'endpoint-security') {
    const [production] = endpointSecurity;
    context.out(`${JSON.stringify({ endpoint_security: { production } }, undefined, 2)}\n`);
  } else if (options.write) {
    await writeFile(file, xml);
    context.err(`${lines.map((line) => `${file}:${line} converted\n`).join('')}`);
  } else context.out(xml);
}

/** By its shape: the class is loaded with the engine, which the command line is not. */
function isConfigurationError(error: unknown): error is Error & { problem: Problem } {
  return error instanceof Error && error.name === 'ConfigurationError' && 'problem' in error;
}

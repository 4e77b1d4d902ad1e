import { type Command, Option } from 'commander';
import { readyLine } from '../server/process-ready.js';
import { runUntilSignal } from '../server/process-signals.js';
import { loadSettings } from '../settings/load.js';
import { printSettings } from '../settings/print.js';
import { type SettingEntry, type SettingName, settingEntries } from '../settings/schema.js';
import type { Context } from './context.js';

/** `mediant start`: its options are the settings (product 1). */
export function defineStart(command: Command, context: Context): void {
  for (const entry of settingEntries) {
    const option = settingOption(entry);
    if (option !== undefined) command.addOption(option);
  }
  command
    .option('--print-config', 'print every setting with its value and source, and exit')
    .addHelpText('after', environmentHelp())
    .action((options: Record<string, unknown>) => start(options, context));
}

async function start(options: Record<string, unknown>, context: Context): Promise<void> {
  const { printConfig, ...flags } = options;
  const loaded = await loadSettings({
    flags: flags as Partial<Record<SettingName, unknown>>,
    terminal: context.terminal,
  });
  if (printConfig === true) {
    context.out(printSettings(loaded));
    return;
  }
  const { createServer } = await context.engine();
  const server = await createServer(loaded.settings);
  context.out(`${readyLine(performance.now(), server.addresses)}\n`);
  await runUntilSignal({
    stop: () => server.close(),
    reload: () => server.reload(),
    failed: (error) => context.err(`mediant: not reloaded, all runs on as before: ${(error as Error).message}\n`),
  });
}

function settingOption(entry: SettingEntry): Option | undefined {
  if (entry.flagName === undefined) return undefined;
  const value = entry.argument === undefined ? '' : ` <${entry.argument}>`;
  const description = `${entry.description} (default: ${entry.defaultText})`;
  const option = new Option(entry.flagName + value, description);
  if (entry.repeatable) {
    option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one]);
  }
  return option;
}

function environmentHelp(): string {
  const others = settingEntries.filter(({ flagName }) => flagName === undefined);
  const width = Math.max(...others.map(({ variable }) => variable.length));
  const lines = others.map((entry) => `  ${entry.variable.padEnd(width)}  ${entry.description} (${entry.defaultText})`);
  return `
Each option is also an environment variable, MEDIANT_HTTP_PORT for --http-port, and a key of
<home>/deployment.toml, http_port in [mediant]. Flags win over the environment, the environment
over the file. Without a flag:
${lines.join('\n')}
`;
}

import { Command, CommanderError } from 'commander';
import { StartError } from '../server/start-error.js';
import { packageVersion } from '../server/version.js';
import { SettingsError } from '../settings/error.js';
import { StoreError } from '../store/error.js';
import { type Context, type DefineCommand, exitCodes, UsageError } from './context.js';
import { loadEngine } from './load-engine.js';
import { readAll } from './read-all.js';

/** Every command; only the one in use is loaded. */
const commands: readonly { name: string; summary: string; hidden?: true; load: () => Promise<DefineCommand> }[] = [
  {
    name: 'start',
    summary: 'run the server until SIGTERM or SIGINT',
    load: async () => (await import('./start.js')).defineStart,
  },
  {
    name: 'demo',
    summary: 'publish an API, see the 401, upload the sequence, see the 200, on real HTTP',
    load: async () => (await import('./demo.js')).defineDemo,
  },
  {
    name: 'check',
    summary: 'find the errors of artifacts, as an upload does',
    load: async () => (await import('./check.js')).defineCheck,
  },
  {
    name: 'convert',
    summary: 'write the native form of a sequence that fetches access tokens by hand',
    load: async () => (await import('./convert.js')).defineConvert,
  },
  {
    name: 'run',
    summary: 'mediate one message through a sequence and show what came out',
    load: async () => (await import('./run.js')).defineRun,
  },
  {
    name: 'test',
    summary: 'run unit-test suites, with mock services for backends',
    load: async () => (await import('./test.js')).defineTest,
  },
  {
    name: 'eval',
    summary: 'value of an XPath, json-eval(…) or ${…} expression on a message',
    load: async () => (await import('./eval.js')).defineEval,
  },
  {
    name: 'gateway-worker',
    summary: 'what `start --workers` runs',
    hidden: true,
    load: async () => (await import('./gateway-worker.js')).defineGatewayWorker,
  },
];

/**
 * Runs one command line.
 *
 * @param args without node and script
 * @param overrides for tests
 * @returns the exit code (product 1)
 */
export async function main(args: readonly string[], overrides: Partial<Context> = {}): Promise<number> {
  const context: Context = {
    engine: loadEngine,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    stdin: () => readAll(process.stdin),
    terminal: process.stdout.isTTY === true,
    width: process.stderr.columns ?? 80,
    exitCode: exitCodes.done,
    ...overrides,
  };
  try {
    const program = await buildProgram(args, context);
    await program.parseAsync(args, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return report(error, context);
  }
}

async function buildProgram(args: readonly string[], context: Context): Promise<Command> {
  const program = new Command('mediant')
    .description('Runs WSO2 / Apache Synapse mediation sequences and API gateways on Node.js.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .showHelpAfterError('(mediant --help shows what there is)');
  const [used] = args.filter((arg) => !arg.startsWith('-') && arg !== 'help');
  for (const { name, summary, hidden, load } of commands) {
    const command = program
      .command(name, { hidden: hidden === true })
      .summary(summary)
      .description(summary)
      .copyInheritedSettings(program);
    command.showHelpAfterError(`(mediant ${name} --help shows what there is)`);
    if (name === used) (await load())(command, context);
  }
  return program;
}

function report(error: unknown, context: Context): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof SettingsError) {
    context.err(error.problems.map((problem) => `mediant: ${problem}\n`).join(''));
    return exitCodes.usage;
  }
  if (error instanceof UsageError) {
    context.err(`mediant: ${error.message}\n`);
    return exitCodes.usage;
  }
  if (error instanceof StartError || error instanceof StoreError) {
    context.err(`mediant: cannot start: ${error.message}\n`);
    return exitCodes.cannotStart;
  }
  if (isMissingFile(error)) {
    context.err(`mediant: ${error.message}\n`);
    return exitCodes.usage;
  }
  context.err(`mediant: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return exitCodes.foundErrors;
}

/** A path that was given and leads nowhere. */
function isMissingFile(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

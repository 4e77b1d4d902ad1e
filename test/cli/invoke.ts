import type { Context } from '../../runtime/cli/context.js';
import type { Engine } from '../../runtime/cli/engine.js';
import { main } from '../../runtime/cli/main.js';

export interface Invocation {
  code: number;
  out: string;
  err: string;
}

/** Runs a command line in this process, on a stand-in for the engine. */
export async function invoke(
  args: readonly string[],
  options: { engine?: Partial<Engine>; stdin?: string } & Partial<Pick<Context, 'terminal' | 'width'>> = {},
): Promise<Invocation> {
  let out = '';
  let err = '';
  const refuse = (name: string) => () => {
    throw new Error(`${name} was called`);
  };
  const engine: Engine = {
    createServer: refuse('createServer'),
    check: refuse('check'),
    convert: refuse('convert'),
    run: refuse('run'),
    evaluate: refuse('evaluate'),
    findSuites: refuse('findSuites'),
    runSuite: refuse('runSuite'),
    hasPassed: refuse('hasPassed'),
    demo: refuse('demo'),
    ...options.engine,
  };
  const code = await main(args, {
    engine: async () => engine,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: async () => Buffer.from(options.stdin ?? ''),
    terminal: options.terminal ?? false,
    width: options.width ?? 80,
  });
  return { code, out, err };
}

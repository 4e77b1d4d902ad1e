import { type Context, createContext, runInContext } from 'node:vm';
import { type Host, SandboxError, type ScriptRunner } from './sandbox.js';

/**
 * Runs JavaScript of the server's owner inside this process, in a global environment of its own: without limits of time
 * and memory, and not kept from reaching the process. What a run leaves behind in the environment is taken away again.
 *
 * In place of a worker thread, because `mc` answers at once: a question to another thread costs more than most scripts
 * (docs/performance.md). In place of a limit of time, because Node starts a thread to watch each run that has one.
 */
export class TrustedScripts implements ScriptRunner {
  readonly loaded = true;
  /** What the code sees as its global object; holds nothing but what code has added or replaced. */
  readonly #globals = Object.create(null) as Context;
  readonly #evaluate: (code: string) => unknown;
  readonly #clean: () => void;
  #host: Host | undefined;

  /** @param setup as of a sandbox; its function returns the names that each run has */
  constructor(setup: string) {
    createContext(this.#globals);
    const boot = runInContext(`(${bootText})`, this.#globals, { filename: 'setup.js' }) as Boot;
    const made = boot((operation, values) => this.#host?.(operation, Array.from(values, plain)), setup);
    this.#evaluate = made.evaluate;
    this.#clean = made.clean;
    this.#cleanUp();
  }

  async load(): Promise<void> {}

  run(code: string, host: Host): unknown {
    this.#host = host;
    try {
      const value = this.#evaluate(code);
      return typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
    } catch (error) {
      throw new SandboxError(describe(error), { cause: error });
    } finally {
      this.#host = undefined;
      if (Reflect.ownKeys(this.#globals).length > 0) this.#cleanUp();
    }
  }

  #cleanUp(): void {
    this.#clean();
    // What was put back stands on this object as well.
    for (const key of Reflect.ownKeys(this.#globals)) Reflect.deleteProperty(this.#globals, key);
  }
}

/** One environment for all scripts with the same setup: making one takes about a millisecond and as many megabytes. */
export function trustedScripts(setup: string): TrustedScripts {
  const known = environments.get(setup);
  if (known) return known;
  const made = new TrustedScripts(setup);
  environments.set(setup, made);
  return made;
}

const environments = new Map<string, TrustedScripts>();

type Boot = (
  call: (operation: string, values: unknown[]) => unknown,
  setup: string,
) => { evaluate: (code: string) => unknown; clean: () => void };

/** A value as it comes out of a sandbox: JSON, made of objects of this side. */
function plain(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  const text = JSON.stringify(value);
  return text === undefined ? null : JSON.parse(text);
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name = 'Error', message = '' } = error as Partial<Error>;
  return `${name}: ${message}`;
}

/**
 * Runs inside the environment. The names of a run are parameters of the function that it is evaluated in, which is much
 * cheaper than globals; so are its own variables. Nothing but globals that it adds or replaces is left to clean.
 */
const bootText = `function (call, setup) {
  const { stringify, parse } = JSON;
  const { ownKeys, deleteProperty, getOwnPropertyDescriptor, defineProperty } = Reflect;
  const global = globalThis;
  const host = (operation, ...values) => {
    const result = call(operation, values);
    return typeof result === 'object' && result !== null ? parse(stringify(result)) : result;
  };
  const begin = (0, eval)('(function (host) {' + setup + '\\n})')(host);
  const names = ownKeys(begin());
  const run = (0, eval)('(function (' + names.join(', ') + ') { return eval(arguments[' + names.length + ']); })');
  const known = new Map(ownKeys(global).map((key) => [key, getOwnPropertyDescriptor(global, key)]));
  return {
    evaluate: (code) => {
      const given = begin();
      return run.call(global, ...names.map((name) => given[name]), code);
    },
    clean: () => {
      for (const key of ownKeys(global)) {
        const before = known.get(key);
        if (before === undefined) deleteProperty(global, key);
        else if (before.value !== global[key]) defineProperty(global, key, before);
      }
    },
  };
}`;

import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { loadQuickJs } from './quickjs.js';

export interface SandboxLimits {
  /** Milliseconds that one run may take. */
  readonly timeout: number;
  /** Bytes that the engine may hold. */
  readonly memory: number;
}

/**
 * What the code inside may call: an operation by name, with plain values. The result is given back as a plain value;
 * what it throws is thrown inside.
 */
export type Host = (operation: string, values: unknown[]) => unknown;

/** What went wrong inside a sandbox: an exception that nobody caught there, or a limit. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

const defaults: SandboxLimits = { timeout: 5_000, memory: 64 * 1024 * 1024 };
/** An engine that nobody used for so long is given up, so that replaced scripts hold nothing. */
const idleTime = 30_000;
/** Runs after which an engine is replaced, so that nothing piles up in it. */
const runsPerEngine = 5_000;
/** Bytes; more than this and the stack of the thread itself would overflow first. */
const stackSize = 160 * 1024;

/**
 * Runs JavaScript that is not trusted: an engine of its own, without access to Node, limited in time and memory. Nothing
 * that a run defines survives it: its variables are local to it, globals that it adds are removed.
 */
export class Sandbox {
  #module: QuickJSWASMModule | undefined;
  #engine: Engine | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #limits: SandboxLimits;

  /**
   * @param setup code that runs first, in a function that has `host(operation, ...values)`; it returns a function that
   * is called before each run and may set globals for it
   */
  constructor(
    private readonly setup: string,
    limits: Partial<SandboxLimits> = {},
  ) {
    this.#limits = { ...defaults, ...limits };
  }

  /** Loads the engine, which takes a moment the first time. {@link run} may be called after that. */
  async load(): Promise<void> {
    this.#module = await loadQuickJs();
  }

  get loaded(): boolean {
    return this.#module !== undefined;
  }

  /**
   * Evaluates code as a script and returns its completion value: primitives as they are, objects as undefined.
   * @throws SandboxError
   */
  run(code: string, host: Host): unknown {
    if (!this.#module) throw new Error('The sandbox is not loaded');
    if (this.#engine && this.#engine.runs >= runsPerEngine) this.#discard();
    this.#engine ??= new Engine(this.#module, this.setup, this.#limits);
    this.#keepAlive();
    try {
      return this.#engine.run(code, host);
    } catch (error) {
      // After a limit was hit the state inside is not to be trusted.
      this.#discard();
      throw error;
    }
  }

  #keepAlive(): void {
    if (this.#idle) this.#idle.refresh();
    else this.#idle = setTimeout(() => this.#discard(), idleTime).unref();
  }

  #discard(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    const engine = this.#engine;
    this.#engine = undefined;
    engine?.dispose();
  }
}

/** One QuickJS runtime with one context. */
class Engine {
  runs = 0;
  readonly #runtime: QuickJSRuntime;
  readonly #context: QuickJSContext;
  readonly #run: QuickJSHandle;
  #deadline = 0;
  #host: Host | undefined;

  constructor(
    module: QuickJSWASMModule,
    setup: string,
    private readonly limits: SandboxLimits,
  ) {
    this.#runtime = module.newRuntime();
    this.#runtime.setMemoryLimit(limits.memory);
    this.#runtime.setMaxStackSize(stackSize);
    this.#runtime.setInterruptHandler(() => performance.now() > this.#deadline);
    this.#context = this.#runtime.newContext();
    this.#run = this.#boot(setup);
  }

  run(code: string, host: Host): unknown {
    const context = this.#context;
    this.runs++;
    this.#host = host;
    this.#deadline = performance.now() + this.limits.timeout;
    const source = context.newString(code);
    try {
      const value = this.#unwrap(context.callFunction(this.#run, context.undefined, source));
      const type = context.typeof(value);
      const plain: unknown =
        type === 'object' || type === 'function' || type === 'symbol' ? undefined : context.dump(value);
      value.dispose();
      return plain;
    } finally {
      source.dispose();
      this.#host = undefined;
    }
  }

  dispose(): void {
    try {
      this.#run.dispose();
      this.#context.dispose();
      this.#runtime.dispose();
    } catch {
      // A runtime that ran out of memory may refuse to be taken apart; its memory is bounded.
    }
  }

  #boot(setup: string): QuickJSHandle {
    const context = this.#context;
    this.#deadline = performance.now() + this.limits.timeout;
    const host = context.newFunction('host', (operation, values) => {
      const result = this.#host?.(context.getString(operation), JSON.parse(context.getString(values)) as unknown[]);
      return result === undefined ? context.undefined : context.newString(JSON.stringify(result));
    });
    const boot = this.#unwrap(context.evalCode(`(${bootText})`, 'setup.js'));
    const text = context.newString(setup);
    try {
      return this.#unwrap(context.callFunction(boot, context.undefined, host, text));
    } finally {
      for (const handle of [host, boot, text]) handle.dispose();
    }
  }

  #unwrap(result: { error: QuickJSHandle } | { value: QuickJSHandle; error?: undefined }): QuickJSHandle {
    if (!result.error) return result.value;
    const thrown: unknown = this.#context.dump(result.error);
    result.error.dispose();
    throw new SandboxError(this.#describe(thrown));
  }

  #describe(thrown: unknown): string {
    if (typeof thrown !== 'object' || thrown === null) return String(thrown);
    const { name = 'Error', message = '' } = thrown as { name?: string; message?: string };
    if (message === 'interrupted') return `the script ran longer than ${this.limits.timeout} ms`;
    if (message === 'out of memory') return `the script needed more than ${this.limits.memory} bytes`;
    return `${name}: ${message}`;
  }
}

/**
 * Runs inside the engine. Variables that code declares are local to its run, as it is evaluated within a function;
 * globals that it adds are deleted, those that it replaced are put back.
 */
const bootText = `function (call, setup) {
  const { stringify, parse } = JSON;
  const { ownKeys, deleteProperty, getOwnPropertyDescriptor, defineProperty } = Reflect;
  const global = globalThis;
  const host = (operation, ...values) => {
    const result = call(operation, stringify(values));
    return result === undefined ? undefined : parse(result);
  };
  const begin = (0, eval)('(function (host) {' + setup + '\\n})')(host);
  const evaluate = (0, eval)('(function () { return eval(arguments[0]); })');
  const known = new Map(ownKeys(global).map((key) => [key, getOwnPropertyDescriptor(global, key)]));
  return (code) => {
    begin();
    try {
      return evaluate.call(global, code);
    } finally {
      for (const key of ownKeys(global)) {
        const before = known.get(key);
        if (before === undefined) deleteProperty(global, key);
        else if (before.value !== global[key]) defineProperty(global, key, before);
      }
    }
  };
}`;

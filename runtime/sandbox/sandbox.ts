import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { loadQuickJs } from './quickjs.js';

/** Runs code as a script: in a {@link Sandbox}, or unguarded. */
export interface ScriptRunner {
  /** Whether {@link run} may be called at once; else {@link load} comes first. */
  readonly loaded: boolean;
  load(): Promise<void>;
  /**
   * Evaluates code as a script and returns its completion value: primitives as they are, objects as undefined.
   * @throws SandboxError
   */
  run(code: string, host: Host): unknown;
}

export interface SandboxLimits {
  /** Milliseconds that one run may take. */
  readonly timeout: number;
  /** Bytes that the engine may hold, itself included; at least 16 MiB. */
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
export class Sandbox implements ScriptRunner {
  #engine: Engine | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #limits: SandboxLimits;

  /**
   * @param setup code that runs first, in a function that has `host(operation, ...values)`; it returns a function that
   * is called before each run and returns the names that the run has, or sets globals for it
   */
  constructor(
    private readonly setup: string,
    limits: Partial<SandboxLimits> = {},
  ) {
    this.#limits = { ...defaults, ...limits };
  }

  /** Makes the engine ready, when {@link loaded} says that it is not. */
  async load(): Promise<void> {
    const make = await loadQuickJs();
    const module = await make(this.#limits.memory);
    this.#engine ??= new Engine(module, this.setup, this.#limits);
    this.#keepAlive();
  }

  /** Whether {@link run} may be called; not after a limit was hit, after many runs or a time without any. */
  get loaded(): boolean {
    return this.#engine !== undefined;
  }

  run(code: string, host: Host): unknown {
    const engine = this.#engine;
    if (!engine) throw new Error('The sandbox is not loaded');
    this.#keepAlive();
    try {
      return engine.run(code, host);
    } finally {
      if (engine.isSpent) this.#discard();
    }
  }

  #keepAlive(): void {
    if (this.#idle) this.#idle.refresh();
    else this.#idle = setTimeout(() => this.#discard(), idleTime).unref();
  }

  #discard(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    // The engine's memory is its own, so that nothing in it has to be taken apart.
    this.#engine = undefined;
  }
}

/** One QuickJS runtime with one context. */
class Engine {
  #runs = 0;
  #broken = false;
  readonly #context: QuickJSContext;
  readonly #run: QuickJSHandle;
  #deadline = 0;
  #host: Host | undefined;

  constructor(
    module: QuickJSWASMModule,
    setup: string,
    private readonly limits: SandboxLimits,
  ) {
    const runtime: QuickJSRuntime = module.newRuntime();
    runtime.setMemoryLimit(limits.memory);
    runtime.setMaxStackSize(stackSize);
    runtime.setInterruptHandler(() => performance.now() > this.#deadline);
    this.#context = runtime.newContext();
    this.#run = this.#boot(setup);
  }

  run(code: string, host: Host): unknown {
    const context = this.#context;
    this.#runs++;
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
    } catch (error) {
      // What is no exception of the script comes out of the engine itself.
      if (!(error instanceof SandboxError)) this.#broken = true;
      throw error instanceof SandboxError ? error : new SandboxError(this.#describe(error));
    } finally {
      if (!this.#broken) source.dispose();
      this.#host = undefined;
    }
  }

  /** A limit was hit, so that the state inside is not to be trusted, or it has run often enough. */
  get isSpent(): boolean {
    return this.#broken || this.#runs >= runsPerEngine;
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
    // Without memory the engine cannot even say so.
    const isNothing = thrown === undefined || thrown === null || thrown === '';
    const { name = '', message = '' } = isNothing ? { message: 'out of memory' } : (thrown as Partial<Error>);
    if (name === 'InternalError' || isNothing) this.#broken = true;
    if (message === 'interrupted') return `the script ran longer than ${this.limits.timeout} ms`;
    if (message === 'out of memory') return `the script needed more than ${this.limits.memory} bytes`;
    return typeof thrown === 'object' ? `${name || 'Error'}: ${message}` : String(thrown);
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
    const names = begin();
    for (const name of ownKeys(names === undefined ? {} : names)) {
      defineProperty(global, name, { value: names[name], configurable: true, writable: true });
    }
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

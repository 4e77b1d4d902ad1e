import type { QuickJSAsyncContext, QuickJSAsyncRuntime, QuickJSHandle } from 'quickjs-emscripten-core';
import { SandboxError } from './sandbox.js';
import { inIdleInstance, type WaitingInstance } from './waiting-quickjs.js';

/** What the code of one run may call, with plain values; what they throw is thrown inside. */
export interface RealmHost {
  call(operation: string, values: unknown[]): unknown;
  /** Like `call`, but the code inside stands still until it is done. */
  wait(operation: string, values: unknown[]): Promise<unknown>;
}

/** A run took longer than it may. */
export class RealmTimeout extends SandboxError {
  constructor(readonly limit: number) {
    super(`the script ran longer than ${limit} ms`);
  }
}

export interface RealmLimits {
  /** Milliseconds of its own work that one run may take; time in {@link RealmHost.wait} does not count. */
  readonly timeout: number;
  /** Bytes that the realm may hold. */
  readonly memory: number;
}

/** Bytes; more than this and the stack that is put aside while waiting would not fit. */
const stackSize = 60 * 1024;

/**
 * A global environment for untrusted JavaScript in which several scripts run one after the other and see each other's
 * objects, but not each other's variables. Host functions may wait. {@link dispose} it.
 */
export class Realm {
  #host: RealmHost | undefined;
  #deadline = 0;
  #isBroken = false;

  private constructor(
    private readonly instance: WaitingInstance,
    private readonly runtime: QuickJSAsyncRuntime,
    private readonly context: QuickJSAsyncContext,
    private readonly memory: number,
  ) {}

  /**
   * @param setup the body of a function of `(call, wait)`, both functions of `(operation, ...values)`. It returns
   * `{ begin(run, value), end() }`: `begin` is called for each script and calls `run` to evaluate it, `end` by
   * {@link reset}.
   */
  static async open(setup: string, memory: number): Promise<Realm> {
    return inIdleInstance((instance) => {
      const runtime = instance.module.newRuntime();
      runtime.setMemoryLimit(memory);
      runtime.setMaxStackSize(stackSize);
      const realm = new Realm(instance, runtime, runtime.newContext() as QuickJSAsyncContext, memory);
      runtime.setInterruptHandler(() => performance.now() > realm.#deadline);
      realm.#boot(setup);
      return realm;
    });
  }

  /**
   * Evaluates a script in sloppy mode; its variables end with it. @throws SandboxError what it threw, RealmTimeout
   * @param value given to the setup's function
   */
  run(code: string, value: unknown, timeout: number, host: RealmHost): Promise<void> {
    return this.instance.exclusive(async () => {
      if (this.#isBroken) throw new SandboxError('an earlier script of the same message hit a limit');
      const guarded: RealmHost = {
        call: (operation, values) => (operation === 'script' ? { code, value } : host.call(operation, values)),
        wait: (operation, values) => this.#standStill(host, operation, values),
      };
      this.#host = guarded;
      this.#deadline = performance.now() + timeout;
      try {
        const result = await this.context.evalCodeAsync(`globalThis[Symbol.for('mediant.run')]()`, 'run.js');
        if (result.error) throw this.#thrown(result.error, timeout);
        result.value.dispose();
      } catch (error) {
        if (error instanceof SandboxError) throw error;
        // What is no exception of the script comes out of the engine itself.
        this.#break();
        throw new SandboxError(error instanceof Error ? error.message : String(error));
      } finally {
        this.#host = undefined;
      }
    });
  }

  /** Whether a script would run at once: one that waits in a realm beside this one would hold it up. */
  get isIdle(): boolean {
    return this.instance.tasks === 0;
  }

  /**
   * Forgets what the scripts so far have left. @returns false when that cannot be had: a limit was hit, or they have
   * changed what all scripts share, such as `Object.prototype`; {@link dispose} it then
   */
  reset(): Promise<boolean> {
    return this.instance.exclusive(() => {
      if (this.#isBroken) return false;
      this.#deadline = performance.now() + 1_000;
      const result = this.context.evalCode(`globalThis[Symbol.for('mediant.end')]()`, 'end.js');
      const handle = result.error ?? result.value;
      const isClean = !result.error && this.context.dump(handle) === true;
      handle.dispose();
      return isClean;
    });
  }

  /** Calls nothing in it any more. Idempotent. */
  dispose(): void {
    void this.instance.exclusive(() => {
      // After a limit was hit the state inside is not to be trusted: the whole instance is given up.
      if (this.#isBroken || !this.context.alive) return;
      this.context.dispose();
      this.runtime.dispose();
    });
  }

  #break(): void {
    this.#isBroken = true;
    this.instance.isSpent = true;
  }

  async #standStill(host: RealmHost, operation: string, values: unknown[]): Promise<unknown> {
    const from = performance.now();
    try {
      return await host.wait(operation, values);
    } finally {
      this.#deadline += performance.now() - from;
    }
  }

  #boot(setup: string): void {
    const { context } = this;
    this.#deadline = performance.now() + 5_000;
    const plain = (result: unknown): QuickJSHandle =>
      result === undefined ? context.undefined : context.newString(JSON.stringify(result));
    const read = (values: QuickJSHandle): unknown[] => JSON.parse(context.getString(values)) as unknown[];
    const call = context.newFunction('call', (operation, values) =>
      plain(this.#host?.call(context.getString(operation), read(values))),
    );
    const wait = context.newAsyncifiedFunction('wait', async (operation, values) =>
      plain(await this.#host?.wait(context.getString(operation), read(values))),
    );
    const text = context.newString(setup);
    const boot = context.unwrapResult(context.evalCode(`(${bootText})`, 'setup.js'));
    try {
      context.unwrapResult(context.callFunction(boot, context.undefined, call, wait, text)).dispose();
    } finally {
      for (const handle of [call, wait, text, boot]) handle.dispose();
    }
  }

  #thrown(error: QuickJSHandle, timeout: number): SandboxError {
    const thrown: unknown = this.context.dump(error);
    error.dispose();
    if (typeof thrown !== 'object' || thrown === null) {
      if (thrown === undefined || thrown === null || thrown === '') return this.#outOfMemory();
      return new SandboxError(String(thrown));
    }
    const { name = 'Error', message = '' } = thrown as Partial<Error>;
    if (name === 'InternalError') {
      this.#break();
      if (message === 'interrupted') return new RealmTimeout(timeout);
      if (message === 'out of memory') return this.#outOfMemory();
    }
    return new SandboxError(message === '' ? name : `${name}: ${message}`);
  }

  #outOfMemory(): SandboxError {
    this.#break();
    return new SandboxError(`the script needed more than ${this.memory} bytes`);
  }
}

/**
 * Runs inside. Variables that a script declares are local to its run, as it is evaluated within a function; globals that
 * it adds are deleted, those that it replaced are put back.
 */
const bootText = `function (call, wait, setup) {
  const { stringify, parse } = JSON;
  const { ownKeys, deleteProperty, getOwnPropertyDescriptor, defineProperty } = Reflect;
  const global = globalThis;
  const read = (text) => (text === undefined ? undefined : parse(text));
  const { begin, end } = (0, eval)('(function (call, wait) {' + setup + '\\n})')(
    (operation, ...values) => read(call(operation, stringify(values))),
    (operation, ...values) => read(wait(operation, stringify(values))),
  );
  const evaluate = (0, eval)('(function () { return eval(arguments[0]); })');
  const known = new Map();
  defineProperty(global, Symbol.for('mediant.run'), {
    value() {
      const { code, value } = read(call('script', '[]'));
      try {
        begin(() => evaluate.call(global, code), value);
      } finally {
        for (const key of ownKeys(global)) {
          const before = known.get(key);
          if (before === undefined) deleteProperty(global, key);
          else if (before.value !== global[key]) defineProperty(global, key, before);
        }
      }
    },
  });
  const shared = [Object, Function, Array, String, Number, Date, RegExp].map((one) => one.prototype);
  shared.push(JSON, Math);
  const pictures = shared.map((object) => {
    const all = ownKeys(object);
    const keys = all.filter((key) => 'value' in getOwnPropertyDescriptor(object, key));
    return { object, count: all.length, keys, values: keys.map((key) => object[key]) };
  });
  const isUntouched = ({ object, count, keys, values }) => {
    if (ownKeys(object).length !== count) return false;
    for (let index = 0; index < keys.length; index++) if (object[keys[index]] !== values[index]) return false;
    return true;
  };
  defineProperty(global, Symbol.for('mediant.end'), {
    value() {
      end();
      return pictures.every(isUntouched);
    },
  });
  for (const key of ownKeys(global)) known.set(key, getOwnPropertyDescriptor(global, key));
}`;

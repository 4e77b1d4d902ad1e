import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { QuickJSAsyncWASMModule } from 'quickjs-emscripten-core';

const pageSize = 64 * 1024;
/** What the engine's code was built to begin with. */
const initialPages = 256;
/** Instances at most; each can hold many realms, one of which may wait. */
const maxInstances = 32;
/** Bytes that one instance may hold, all its realms together. */
const instanceMemory = 512 * 1024 * 1024;

/**
 * One instance of the QuickJS build whose host functions may wait. While one of its realms waits, its stack is put aside
 * and nothing else may run in it: use it inside of {@link exclusive} only.
 */
export class WaitingInstance {
  #tail: Promise<unknown> = Promise.resolve();
  /** Tasks that run or wait for their turn. */
  tasks = 0;
  /** Gets no new realms: a limit was hit in it. */
  isSpent = false;

  constructor(readonly module: QuickJSAsyncWASMModule) {}

  /** Runs one task after the other. */
  exclusive<Result>(task: () => Result | Promise<Result>): Promise<Result> {
    this.tasks++;
    const result = this.#tail.then(task).finally(() => {
      this.tasks--;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }
}

const instances: WaitingInstance[] = [];
let loading: Promise<() => Promise<QuickJSAsyncWASMModule>> | undefined;

/** Runs a task in an instance in which nothing else runs; at the limit in the one with the shortest queue. */
export async function inIdleInstance<Result>(task: (instance: WaitingInstance) => Result): Promise<Result> {
  loading ??= load();
  const make = await loading;
  // From here to `exclusive` nothing may wait: others would choose the same one.
  const chosen = idleInstance() ?? (await addInstance(make));
  return chosen.exclusive(() => task(chosen));
}

let beingMade = 0;

function idleInstance(): WaitingInstance | undefined {
  for (let index = instances.length - 1; index >= 0; index--) if (instances[index]?.isSpent) instances.splice(index, 1);
  const idle = instances.find(({ tasks }) => tasks === 0);
  if (idle || instances.length === 0 || instances.length + beingMade < maxInstances) return idle;
  return instances.reduce((best, one) => (one.tasks < best.tasks ? one : best));
}

async function addInstance(make: () => Promise<QuickJSAsyncWASMModule>): Promise<WaitingInstance> {
  beingMade++;
  try {
    const made = new WaitingInstance(await make());
    instances.push(made);
    return made;
  } finally {
    beingMade--;
  }
}

async function load(): Promise<() => Promise<QuickJSAsyncWASMModule>> {
  const [{ newQuickJSAsyncWASMModuleFromVariant, newVariant }, { default: variant }] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-asyncify'),
  ]);
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-asyncify/wasm');
  const wasmModule = await WebAssembly.compile(await readFile(file));
  // The package types its default export for CommonJS.
  const base = variant as unknown as Parameters<typeof newVariant>[0];
  return () => {
    const wasmMemory = new WebAssembly.Memory({ initial: initialPages, maximum: instanceMemory / pageSize });
    return newQuickJSAsyncWASMModuleFromVariant(newVariant(base, { wasmModule, wasmMemory }) as never);
  };
}

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';

/** Makes an instance of the QuickJS engine that may hold so many bytes. */
export type MakeQuickJs = (memory: number) => Promise<QuickJSWASMModule>;

const pageSize = 64 * 1024;
/** What the engine's code was built to begin with. */
const initialPages = 256;

let loading: Promise<MakeQuickJs> | undefined;

/**
 * The QuickJS engine in WebAssembly, read and compiled when the first script runs. Each instance has a memory of its own
 * with an upper bound: the engine's own limit does not count the sizes of what it allocates.
 */
export function loadQuickJs(): Promise<MakeQuickJs> {
  loading ??= load();
  return loading;
}

async function load(): Promise<MakeQuickJs> {
  const [{ newQuickJSWASMModuleFromVariant, newVariant }, { default: variant }] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-sync'),
  ]);
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  const wasmModule = await WebAssembly.compile(await readFile(file));
  // The package types its default export for CommonJS.
  const base = variant as unknown as Parameters<typeof newVariant>[0];
  return (memory) => {
    const maximum = Math.max(initialPages, Math.ceil(memory / pageSize));
    const wasmMemory = new WebAssembly.Memory({ initial: initialPages, maximum });
    return newQuickJSWASMModuleFromVariant(newVariant(base, { wasmModule, wasmMemory }) as never);
  };
}

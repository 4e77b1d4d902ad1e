import type { QuickJSWASMModule } from 'quickjs-emscripten-core';

let loading: Promise<QuickJSWASMModule> | undefined;

/** The QuickJS engine in WebAssembly, loaded when the first script runs. One module serves all sandboxes. */
export function loadQuickJs(): Promise<QuickJSWASMModule> {
  loading ??= load();
  return loading;
}

async function load(): Promise<QuickJSWASMModule> {
  const [{ newQuickJSWASMModuleFromVariant }, { default: variant }] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-wasmfile-release-sync'),
  ]);
  // The package types its default export for CommonJS.
  return newQuickJSWASMModuleFromVariant(variant as unknown as Parameters<typeof newQuickJSWASMModuleFromVariant>[0]);
}

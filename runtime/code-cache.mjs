import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

/**
 * Keeps the compiled code of the command between starts, for Node before 22.1, which has no compile cache of its own:
 * compiling some two megabytes takes a third of the time until the server is ready. The cache lies beside the code and is
 * written when a process ends; where it cannot be written, every start compiles.
 */
export function enableCodeCache(folder) {
  const cache = path.join(folder, `.code-cache-${process.version}-${process.arch}`);
  const fresh = [];
  const loadPlain = Module._extensions['.js'];
  Module._extensions['.cjs'] = function load(module, file) {
    if (!file.startsWith(folder)) return loadPlain(module, file);
    const { mtimeMs, size } = statSync(file);
    // The engine itself only compares lengths.
    const entry = path.join(cache, `${path.basename(file)}-${mtimeMs}-${size}`);
    const script = new vm.Script(Module.wrap(readFileSync(file, 'utf8')), {
      filename: file,
      cachedData: readIfThere(entry),
    });
    if (script.cachedDataRejected !== false) fresh.push({ entry, script });
    script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
  };
  process.on('exit', () => {
    if (fresh.length === 0) return;
    try {
      mkdirSync(cache, { recursive: true });
      for (const { entry, script } of fresh) {
        const part = `${entry}.${process.pid}`;
        writeFileSync(part, script.createCachedData());
        renameSync(part, entry);
      }
    } catch {
      // A folder that is not ours to write: the next start compiles again.
    }
  });
}

function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

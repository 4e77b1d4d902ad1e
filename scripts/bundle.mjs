// Puts the command and the modules that every start needs into a few files: loading some thousand of them one by one
// takes most of the time until the server is ready. Packages that only some commands or flows need stay outside and are
// loaded when they are needed.
import { rm } from 'node:fs/promises';
import { build } from 'rolldown';

const onDemand = [
  'libsql',
  'pg',
  'mysql2',
  '@redis/client',
  'amqplib',
  'thrift',
  'oidc-provider',
  'got',
  'fontoxpath',
  'saxon-js',
  'xslt3',
  'ajv',
  'ajv-draft-04',
  'ajv-formats',
  'libxml2-wasm',
  'quickjs-emscripten',
  'quickjs-emscripten-core',
  'selfsigned',
  'chokidar',
  'yaml',
  'rate-limiter-flexible',
];

// With the compiled code that was kept of an earlier build.
await rm('dist/command', { recursive: true, force: true });
const isOnDemand = (id) => onDemand.some((name) => id === name || id.startsWith(`${name}/`)) || id.startsWith('@jitl/');

/** Lets the kept compiled code import packages and a user's modules: by a function that lies outside of it. */
const importPackages = {
  name: 'import-packages',
  renderChunk(code) {
    const replaced = code
      .replaceAll(/\bimport\((["'`])([^"'`]+)\1\)/g, (whole, _quote, id) =>
        isOnDemand(id) ? `importPackage(${JSON.stringify(id)})` : whole,
      )
      .replaceAll(/\bimport\((?!["'`])/g, 'importPackage(');
    return `const importPackage = require("../../../runtime/import-package.cjs");\n${replaced}`;
  },
};

await build({
  input: 'dist/runtime/cli/main.js',
  platform: 'node',
  logLevel: 'silent',
  external: isOnDemand,
  plugins: [importPackages],
  output: {
    dir: 'dist/command/cli',
    // Node keeps the compiled code of these only, or lets us do it (runtime/code-cache.mjs).
    format: 'cjs',
    entryFileNames: 'main.cjs',
    chunkFileNames: '[name].cjs',
    // Less text to parse at every start; names stay for stack traces.
    minify: { compress: true, mangle: false, codegen: true },
  },
});

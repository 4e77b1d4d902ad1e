// Puts the command and the modules that every start needs into a few files: loading some thousand of them one by one
// takes most of the time until the server is ready. Packages that only some commands or flows need stay outside and are
// loaded when they are needed.
import { build } from 'rolldown';

const onDemand = [
  'libsql',
  'pg',
  'mysql2',
  'amqplib',
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

await build({
  input: 'dist/runtime/cli/main.js',
  platform: 'node',
  logLevel: 'silent',
  external: (id) => onDemand.some((name) => id === name || id.startsWith(`${name}/`)) || id.startsWith('@jitl/'),
  output: {
    dir: 'dist/command/cli',
    format: 'esm',
    entryFileNames: 'main.js',
    chunkFileNames: '[name].js',
    // Less text to parse at every start; names stay for stack traces.
    minify: { compress: true, mangle: false, codegen: true },
  },
});

/**
 * The floors of the house (docs/architecture.md), from the top. A file uses its own floor and those below it.
 * This looks at the compiled JavaScript, where every import is resolved; `biome.json` says the same of the sources, where
 * imports of types count too.
 */
const floors = [
  ['runtime/cli'],
  ['runtime/index'],
  ['runtime/server'],
  ['runtime/deploy', 'runtime/store', 'runtime/settings'],
  ['mediators', 'runtime/endpoint', 'runtime/eventing', 'runtime/apigee'],
  [
    'runtime/transport',
    'runtime/databridge',
    'runtime/outbound-oauth',
    'runtime/message',
    'runtime/expression',
    'runtime/configuration',
  ],
  ['runtime/database', 'runtime/sandbox', 'runtime/xslt'],
  ['runtime/json', 'runtime/xml', 'runtime/java'],
  ['runtime/limit'],
];

const pathOf = (folders) => `^dist/(${folders.join('|')})[/.]`;

const downwards = floors.slice(1).map((floor, above) => ({
  name: `down-from-${floor[0].replace('runtime/', '')}`,
  comment: 'Imports only go down.',
  severity: 'error',
  from: { path: pathOf(floor) },
  to: { path: pathOf(floors.slice(0, above + 1).flat()) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...downwards,
    {
      name: 'apigee-stands-alone',
      comment:
        'What happens to a message of an Apigee bundle knows nothing of mediation sequences, and they nothing of it.',
      severity: 'error',
      from: { path: '^dist/runtime/apigee/' },
      to: { path: '^dist/(mediators|runtime/endpoint|runtime/eventing|runtime/message)/' },
    },
    {
      name: 'no-cycle',
      comment: 'No two files import each other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'Every import names a file or a package of package.json.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'not-to-dev',
      comment: 'What is shipped uses no package that only developers have.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    {
      name: 'not-to-tests',
      comment: 'What is shipped does not use tests or benchmarks.',
      severity: 'error',
      from: {},
      to: { path: '^dist/(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};

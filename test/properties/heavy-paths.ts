import fc from 'fast-check';

/** Paths that go through all of a document again and again. */
export const heavyXPath = fc.letrec<{ step: string; test: string; path: string }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      '//*',
      '//a',
      '/..',
      '/following::*',
      '/preceding::*',
      '/ancestor::*',
      '/descendant::*',
      '/@*',
      '//@*',
    ),
    fc.constantFrom('//namespace::*', '/following-sibling::*', '//text()', '//a | //b', '/ancestor-or-self::node()'),
    tie('test').map((test) => `//*[${test}]`),
    tie('test').map((test) => `/descendant-or-self::node()[${test}]`),
  ),
  test: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(fc.constantFrom('', '.', '..'), tie('path')).map((parts) => parts.join('')),
    fc.tuple(tie('path'), fc.constantFrom('=', '!=', '<', '|'), tie('path')).map((parts) => `.${parts.join(' .')}`),
    tie('path').map((path) => `count(${path}) > position()`),
    tie('path').map((path) => `contains(string(${path}), 'zz')`),
    tie('path').map((path) => `string-length(normalize-space(concat(., ${path}))) = last()`),
    tie('path').map((path) => `translate(., ${path}, .) = substring(${path}, 2)`),
    tie('path').map((path) => `evaluate("${path.replaceAll('"', "'")}")`),
  ),
  path: fc.array(tie('step'), { minLength: 1, maxLength: 3 }).map((steps) => steps.join('')),
})).path;
export const heavyJsonPath = fc
  .letrec<{ step: string; filter: string; path: string }>((tie) => ({
    step: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('..*', '..a', '..[*]', '[*]', '..[0:]', '.*', '..id', "..['a','b']", '..[0,1,2]'),
      tie('filter').map((filter) => `..[?(${filter})]`),
      tie('filter').map((filter) => `[?(${filter})]`),
    ),
    filter: fc.oneof(
      { maxDepth: 3 },
      tie('path').map((path) => `@${path}`),
      tie('path').map((path) => `$${path}`),
      fc
        .tuple(tie('path'), fc.constantFrom('==', 'in', 'subsetof', 'anyof', 'contains', '<'), tie('path'))
        .map(([left, operator, right]) => `@${left} ${operator} $${right}`),
      tie('path').map((path) => `@${path} =~ /(\\w+\\s?)*x/`),
      fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `${left} || !(${right})`),
    ),
    path: fc.array(tie('step'), { minLength: 1, maxLength: 3 }).map((steps) => steps.join('')),
  }))
  .path.map((path) => `json-eval($${path})`);
const items = (write: (id: number) => string): string => Array.from({ length: 4000 }, (_, id) => write(id)).join('');
export const wide = `<r>${items((id) => `<a id="${id}"><b>${id}</b></a>`)}</r>`;
export const high = `${'<a xmlns:p="urn:p" p:x="1">text'.repeat(900)}${'</a>'.repeat(900)}`;
export const wideJson = `[${items((id) => `{"id":${id},"a":["${id} and some words"]},`)}0]`;
export const highJson = `${'{"id":1,"a":[2,'.repeat(400)}0${']}'.repeat(400)}`;

import type { Context } from 'koa';
import type { Api } from '../apim-model/api-document.js';
import { badRequest } from '../apim-model/error.js';
import { textsOf } from '../apim-model/json-object.js';
import { queryText } from './body.js';

/** How each word of a search such as `name:pizza` reads an API. */
const fields: { readonly [field: string]: (api: Api) => string[] } = {
  name: ({ document }) => [document.name],
  context: ({ document }) => [document.context],
  version: ({ document }) => [document.version],
  provider: ({ document }) => [document.provider],
  status: ({ status }) => [status],
  description: ({ document }) => [String(document.description ?? '')],
  tags: ({ document }) => textsOf(document.tags),
  tag: ({ document }) => textsOf(document.tags),
  type: ({ document }) => [String(document.type)],
};

const sorts: { readonly [name: string]: (api: Api) => string | number } = {
  apiName: ({ document }) => document.name.toLowerCase(),
  version: ({ document }) => document.version,
  createdTime: ({ createdAt }) => createdAt,
  updatedTime: ({ updatedAt }) => updatedAt,
  status: ({ status }) => status,
};

/** The APIs that `query` finds, in the order of `sortBy` and `sortOrder` (api-management 1.4). */
export function searchApis(ctx: Context, apis: readonly Api[]): Api[] {
  const found = apis.filter(matcher(queryText(ctx, 'query') ?? ''));
  const key = sorts[queryText(ctx, 'sortBy') ?? 'createdTime'];
  if (key === undefined) throw badRequest(`sortBy: must be one of ${Object.keys(sorts).join(', ')}`);
  const direction = (queryText(ctx, 'sortOrder') ?? 'desc').toLowerCase() === 'asc' ? 1 : -1;
  return found.sort((one, other) => direction * compare(key(one), key(other)));
}

/** Words must all match; a word without a field looks at the name. `"…"` is an exact value, else a part is enough. */
function matcher(query: string): (api: Api) => boolean {
  const words = query.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const tests = words.map(wordMatcher);
  return (api) => tests.every((test) => test(api));
}

function wordMatcher(word: string): (api: Api) => boolean {
  const colon = word.indexOf(':');
  const field = fields[word.slice(0, Math.max(0, colon))];
  const wanted = (field === undefined ? word : word.slice(colon + 1)).toLowerCase();
  const read = field ?? fields.name;
  const exact = /^"(.*)"$/.exec(wanted)?.[1];
  const part = wanted.replace(/^\*|\*$/g, '');
  return (api) =>
    (read?.(api) ?? []).some((value) =>
      exact === undefined ? value.toLowerCase().includes(part) : value.toLowerCase() === exact,
    );
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

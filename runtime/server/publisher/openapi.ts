import type { Context } from 'koa';
import { parse } from 'yaml';
import type { ApiDocument } from '../apim-model/api-document.js';
import { badRequest } from '../apim-model/error.js';
import { isObject, type JsonObject, objectOf, textOf } from '../apim-model/json-object.js';
import { readParts } from '../rest/multipart.js';

const verbs = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options'];

/** The definition with the API's own operations: what was uploaded, and what has changed since. */
export function definitionOf(document: ApiDocument): JsonObject {
  const uploaded = textOf(document.apiDefinition);
  const base = uploaded === undefined ? {} : parseDefinition(uploaded);
  const paths: JsonObject = {};
  const known = objectOf(base.paths);
  for (const { target, verb, authType, throttlingPolicy, scopes } of document.operations) {
    const path = objectOf(paths[target] ?? withoutVerbs(objectOf(known[target])));
    const operation = objectOf(objectOf(known[target])[verb.toLowerCase()]);
    path[verb.toLowerCase()] = {
      responses: { '200': { description: 'OK' } },
      ...operation,
      'x-auth-type': authType,
      'x-throttling-tier': throttlingPolicy,
      ...(scopes.length === 0 ? {} : { 'x-scope': scopes.join(',') }),
    };
    paths[target] = path;
  }
  const info = { ...objectOf(base.info), title: document.name, version: document.version };
  return { ...('swagger' in base ? {} : { openapi: '3.0.1' }), ...base, info, paths };
}

/** The change of an API that a definition makes: the definition itself and the operations it names. */
export function definitionChange(text: string, document: ApiDocument | undefined): JsonObject {
  return { apiDefinition: text, operations: operationsOf(parseDefinition(text), document) };
}

/** Reads `apiDefinition` (text) or `file` of a multipart body, or `apiDefinition` of a form. */
export async function withDefinition(ctx: Context, document: ApiDocument): Promise<JsonObject> {
  if (!ctx.is('multipart/form-data')) {
    const { body } = ctx.request as { body?: unknown };
    const text = textOf(objectOf(body).apiDefinition);
    if (text === undefined) throw badRequest('apiDefinition or file: is missing');
    return definitionChange(text, document);
  }
  const { texts, files } = await readParts(ctx);
  const text = texts.get('apiDefinition') ?? files.get('apiDefinition')?.text ?? files.get('file')?.text;
  if (text === undefined) throw badRequest('apiDefinition or file: is missing');
  return definitionChange(text, document);
}

function parseDefinition(text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const what = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw badRequest(`Error while parsing OpenAPI definition: ${what}`, 900754);
  }
  if (!isObject(parsed) || !('openapi' in parsed || 'swagger' in parsed || 'paths' in parsed)) {
    throw badRequest('Error while parsing OpenAPI definition: neither openapi nor swagger nor paths is there', 900754);
  }
  return parsed;
}

/** An operation keeps what the definition does not speak of, such as its policies. */
function operationsOf(definition: JsonObject, document: ApiDocument | undefined): JsonObject[] {
  return Object.entries(objectOf(definition.paths)).flatMap(([target, item]) =>
    Object.entries(objectOf(item))
      .filter(([verb]) => verbs.includes(verb))
      .map(([verb, value]) => {
        const operation = objectOf(value);
        const old = document?.operations.find((each) => each.target === target && each.verb === verb.toUpperCase());
        const scope = textOf(operation['x-scope']);
        return {
          ...old,
          target,
          verb: verb.toUpperCase(),
          authType: textOf(operation['x-auth-type']) ?? old?.authType,
          throttlingPolicy: textOf(operation['x-throttling-tier']) ?? old?.throttlingPolicy,
          scopes: scope === undefined ? old?.scopes : scope.split(',').map((each) => each.trim()),
        };
      }),
  );
}

function withoutVerbs(path: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(path).filter(([member]) => !verbs.includes(member)));
}

import type { Context } from 'koa';
import { type ApplicationKey, residentKeyManager } from '../apim-model/application-keys.js';
import type { Application } from '../apim-model/applications.js';
import { badRequest } from '../apim-model/error.js';
import { textOf, textsOf } from '../apim-model/json-object.js';
import type { ApplicationToken } from '../oauth/token-maker.js';
import { jsonBody, optionalBody, pathText } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import type { Route } from '../rest/routes.js';
import { type DevportalParts, scopes } from './parts.js';

/** Keys of applications, by key mapping and by key type (api-management 1.12). */
export function keyRoutes(parts: DevportalParts): Route[] {
  const application = '/applications/:applicationId';
  return [
    ['post', `${application}/generate-keys`, scopes.applications, (ctx) => generate(ctx, parts)],
    ['post', `${application}/map-keys`, scopes.applications, (ctx) => map(ctx, parts)],
    ...['oauth-keys', 'keys'].flatMap((kind): Route[] => [
      ['get', `${application}/${kind}`, scopes.applications, (ctx) => list(ctx, parts)],
      ['get', `${application}/${kind}/:keyId`, scopes.applications, (ctx) => read(ctx, parts)],
      ['put', `${application}/${kind}/:keyId`, scopes.applications, (ctx) => update(ctx, parts)],
      ['delete', `${application}/${kind}/:keyId`, scopes.applications, (ctx) => remove(ctx, parts)],
      ['post', `${application}/${kind}/:keyId/regenerate-secret`, scopes.applications, (ctx) => renew(ctx, parts)],
      ['post', `${application}/${kind}/:keyId/clean-up`, scopes.applications, (ctx) => remove(ctx, parts)],
      ['post', `${application}/${kind}/:keyId/generate-token`, scopes.applications, (ctx) => token(ctx, parts)],
    ]),
  ];
}

/** Makes keys, and a first token where client credentials are among the grants. */
export async function generateKeys(
  ctx: Context,
  parts: DevportalParts,
  application: Application,
): Promise<{ key: ApplicationKey; token: ApplicationToken | undefined }> {
  const input = jsonBody(ctx);
  const key = await parts.keys.generate(application, input);
  const wanted = key.client.grantTypes.includes('client_credentials');
  const request = { scopes: textsOf(input.scopes), validitySeconds: undefined };
  return { key, token: wanted ? await parts.tokens.make(key.client, request) : undefined };
}

async function generate(ctx: Context, parts: DevportalParts): Promise<void> {
  const { key, token: first } = await generateKeys(ctx, parts, await applicationFor(ctx, parts));
  ctx.body = keyDto(key, first);
}

async function map(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = keyDto(await parts.keys.map(await applicationFor(ctx, parts), jsonBody(ctx)));
}

async function list(ctx: Context, parts: DevportalParts): Promise<void> {
  const keys = await parts.keys.list((await applicationFor(ctx, parts)).id);
  ctx.body = { count: keys.length, list: keys.map((key) => keyDto(key)) };
}

async function read(ctx: Context, parts: DevportalParts): Promise<void> {
  ctx.body = keyDto(await keyOf(ctx, parts));
}

async function update(ctx: Context, parts: DevportalParts): Promise<void> {
  const application = await applicationFor(ctx, parts);
  ctx.body = keyDto(await parts.keys.update(application, pathText(ctx, 'keyId'), jsonBody(ctx)));
}

async function renew(ctx: Context, parts: DevportalParts): Promise<void> {
  const { applicationId, id } = await keyOf(ctx, parts);
  const { client } = await parts.keys.regenerateSecret(applicationId, id);
  ctx.body = { consumerKey: client.id, consumerSecret: client.secret };
}

async function remove(ctx: Context, parts: DevportalParts): Promise<void> {
  const { applicationId, id } = await keyOf(ctx, parts);
  await parts.keys.remove(applicationId, id);
  ctx.status = 200;
  ctx.body = '';
}

async function token(ctx: Context, parts: DevportalParts): Promise<void> {
  const { client } = await keyOf(ctx, parts);
  const input = optionalBody(ctx);
  const secret = textOf(input.consumerSecret);
  if (secret !== undefined && secret !== '' && secret !== client.secret) throw badRequest('consumerSecret: is wrong');
  const revoked = textOf(input.revokeToken);
  if (revoked !== undefined && revoked !== '') await parts.tokens.revoke(client, revoked);
  const seconds = Number(input.validityPeriod ?? 0);
  const validitySeconds = Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
  ctx.body = await parts.tokens.make(client, { scopes: textsOf(input.scopes), validitySeconds });
}

function applicationFor(ctx: Context, { applications }: DevportalParts): Promise<Application> {
  return applications.get(pathText(ctx, 'applicationId'), callerOf(ctx).user.name);
}

async function keyOf(ctx: Context, parts: DevportalParts): Promise<ApplicationKey> {
  return parts.keys.get((await applicationFor(ctx, parts)).id, pathText(ctx, 'keyId'));
}

export function keyDto(key: ApplicationKey, first?: ApplicationToken): object {
  const { client } = key;
  return {
    keyMappingId: key.id,
    keyManager: residentKeyManager,
    consumerKey: client.id,
    consumerSecret: client.secret,
    supportedGrantTypes: client.grantTypes,
    callbackUrl: client.callbackUrl,
    keyState: 'APPROVED',
    keyType: key.keyType,
    mode: key.mode,
    groupId: null,
    token: first ?? null,
    additionalProperties: key.additionalProperties,
  };
}

import type { Context, Middleware } from 'koa';
import type { Client, Clients } from '../apim-model/clients.js';
import { badRequest } from '../apim-model/error.js';
import { textOf } from '../apim-model/json-object.js';
import { jsonBody } from '../rest/body.js';
import { callerOf } from '../rest/caller.js';
import { routes } from '../rest/routes.js';

const generations = ['v0.17', 'v0.16', 'v0.15', 'v0.14', 'v0.13', 'v0.12', 'v0.11'];

/**
 * Dynamic client registration (api-management 1.2): the same name for the same owner answers the same client.
 *
 * @param before authentication and reading of the body
 */
export function registration(clients: Clients, before: readonly Middleware[]): Middleware[] {
  return generations.map((generation) =>
    routes(`/client-registration/${generation}`, before, [
      ['post', '/register', ['apim:subscribe', 'apim:app_manage', 'apim:api_view'], (ctx) => register(ctx, clients)],
    ]),
  );
}

async function register(ctx: Context, clients: Clients): Promise<void> {
  const input = jsonBody(ctx);
  const name = textOf(input.clientName)?.trim() ?? '';
  if (name === '') throw badRequest('clientName: must not be blank');
  const owner = callerOf(ctx).user.name;
  const grantTypes = (textOf(input.grantType) ?? 'client_credentials').split(/\s+/).filter((grant) => grant !== '');
  const callbackUrl = textOf(input.callbackUrl) ?? '';
  const client = await clients.register(owner, name, {
    grantTypes,
    callbackUrl,
    tokenFormat: 'opaque',
    saas: input.saasApp === true,
    scopes: (textOf(input.tokenScope) ?? '').split(/\s+/).filter((scope) => scope !== ''),
  });
  ctx.body = registrationDto(client);
}

function registrationDto(client: Client): object {
  const details = {
    grant_types: client.grantTypes.join(' '),
    redirect_uris: client.callbackUrl,
    client_name: client.name,
  };
  return {
    clientId: client.id,
    clientName: client.name,
    callBackURL: client.callbackUrl,
    clientSecret: client.secret,
    isSaasApplication: client.saas,
    appOwner: client.owner,
    jsonString: JSON.stringify(details),
    jsonAppAttribute: '{}',
    tokenType: null,
  };
}

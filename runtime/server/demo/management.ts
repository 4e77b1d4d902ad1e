import { basicHeader } from '../../transport/basic-credentials.js';
import type { Application, Stage } from './stage.js';
import type { Teller } from './teller.js';

/** Registers a client and gets a token for the management API. */
export async function managementToken({ teller, admin, password }: Stage): Promise<string> {
  const client = await teller.call({
    title: 'Register a client for the management API',
    url: `${admin}/client-registration/v0.17/register`,
    headers: { Authorization: basicHeader('admin', password) },
    json: {
      callbackUrl: 'www.example.com',
      clientName: 'rest_api',
      owner: 'admin',
      grantType: 'password refresh_token',
      saasApp: true,
    },
    expect: 200,
  });
  const { clientId, clientSecret } = client.body as { clientId: string; clientSecret: string };
  const scope =
    'apim:api_view apim:api_create apim:api_publish apim:api_manage apim:mediation_policy_manage apim:subscribe apim:app_manage apim:sub_manage';
  const token = await teller.call({
    title: 'Get a management token',
    url: `${admin}/oauth2/token`,
    headers: { Authorization: basicHeader(clientId, clientSecret) },
    form: { grant_type: 'password', username: 'admin', password, scope },
    expect: 200,
  });
  return (token.body as { access_token: string }).access_token;
}

/** Creates an API before the protected backend, deploys and publishes it; its id. */
export async function publishApi(
  { teller, admin, backend }: Stage,
  token: string,
  named: { name: string; context: string },
): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const publisher = `${admin}/api/am/publisher/v3`;
  const endpoint = { url: backend.backendUrl };
  const created = await teller.call({
    title: 'Create the API',
    url: `${publisher}/apis`,
    headers,
    json: {
      ...named,
      version: '1.0.0',
      policies: ['Unlimited'],
      endpointConfig: { endpoint_type: 'http', production_endpoints: endpoint, sandbox_endpoints: endpoint },
      operations: [
        { target: '/menu', verb: 'GET' },
        { target: '/order', verb: 'POST' },
      ],
    },
    expect: 201,
  });
  const { id } = created.body as { id: string };
  await deployRevision(teller, publisher, headers, id);
  await teller.call({
    title: 'Publish it',
    method: 'POST',
    url: `${publisher}/apis/change-lifecycle?apiId=${id}&action=Publish`,
    headers,
    expect: 200,
  });
  return id;
}

/** Makes a revision and deploys it: only then does a change count. */
export async function deployRevision(
  teller: Teller,
  publisher: string,
  headers: Record<string, string>,
  id: string,
): Promise<void> {
  const revision = await teller.call({
    title: 'Make a revision',
    url: `${publisher}/apis/${id}/revisions`,
    headers,
    json: { description: 'demo' },
    expect: 201,
  });
  await teller.call({
    title: 'Deploy it',
    url: `${publisher}/apis/${id}/deploy-revision?revisionId=${(revision.body as { id: string }).id}`,
    headers,
    json: [{ name: 'Default', vhost: 'localhost', displayOnDevportal: true }],
    expect: 201,
  });
}

/** Creates the caller's application with its keys. */
export async function createApplication({ teller, admin }: Stage, token: string): Promise<Application> {
  const headers = { Authorization: `Bearer ${token}` };
  const devportal = `${admin}/api/am/devportal/v3`;
  const application = await teller.call({
    title: 'Create an application',
    url: `${devportal}/applications`,
    headers,
    json: { name: 'PizzaApp', throttlingPolicy: 'Unlimited', tokenType: 'JWT' },
    expect: 201,
  });
  const { applicationId } = application.body as { applicationId: string };
  const keys = await teller.call({
    title: 'Generate its keys',
    url: `${devportal}/applications/${applicationId}/generate-keys`,
    headers,
    json: { keyType: 'PRODUCTION', grantTypesToBeSupported: ['client_credentials', 'password'], validityTime: '3600' },
    expect: 200,
  });
  const { consumerKey, consumerSecret } = keys.body as { consumerKey: string; consumerSecret: string };
  return { id: applicationId, key: consumerKey, secret: consumerSecret };
}

/** Subscribes the application to the API and gets a token for it; the token. */
export async function subscribe(
  { teller, admin, gateway }: Stage,
  token: string,
  application: Application,
  api: string,
): Promise<string> {
  await teller.call({
    title: 'Subscribe the application to the API',
    url: `${admin}/api/am/devportal/v3/subscriptions`,
    headers: { Authorization: `Bearer ${token}` },
    json: { applicationId: application.id, apiId: api, throttlingPolicy: 'Unlimited' },
    expect: 201,
  });
  const caller = await teller.call({
    title: 'Get a token for the caller',
    url: `${gateway}/token`,
    headers: {
      Authorization: basicHeader(application.key, application.secret),
    },
    form: { grant_type: 'client_credentials' },
    expect: 200,
  });
  return (caller.body as { access_token: string }).access_token;
}

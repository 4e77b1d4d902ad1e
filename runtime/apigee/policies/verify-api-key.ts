import { configuredValue, showsContent } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { activeClient, type Client, matchProduct } from '../oauth/client.js';
import type { Product } from '../organization.js';
import { definePolicy } from '../policy.js';

/**
 * ```xml
 * <VerifyAPIKey name="verify-key"><APIKey ref="request.queryparam.apikey"/></VerifyAPIKey>
 * ```
 *
 * Lets a request pass whose consumer key belongs to an approved app with a product for this proxy and path
 * (api-management 2.6), and tells what it knows of them in `verifyapikey.{policy}.…`.
 */
export const verifyApiKey = definePolicy({
  element: 'VerifyAPIKey',
  prefix: 'oauthV2',
  summary: 'Checks a consumer key.',
  children: ['APIKey'],
  compile(element, context) {
    const key =
      configuredValue(element.element('APIKey')) ??
      element.fail('missing-element', '<VerifyAPIKey> needs an <APIKey>', {
        hint: 'name the variable with the key: <APIKey ref="request.queryparam.apikey"/>',
      });
    return {
      contentAware: key.ref !== undefined && showsContent(key.ref),
      run(flow) {
        const text = key.of(flow);
        if (!text) {
          throw refusal('steps.oauth.v2.FailedToResolveAPIKey', `Failed to resolve API Key variable ${key.ref ?? ''}`);
        }
        const client = activeClient(flow.runtime.organization, text, flow.runtime.now());
        if (!client) throw refusal('oauth.v2.InvalidApiKey', 'Invalid ApiKey');
        const call = { proxy: flow.proxy.name, environment: flow.runtime.environment, path: flow.pathSuffix };
        const product = matchProduct(client.products, call);
        if (typeof product === 'string') {
          throw refusal('oauth.v2.InvalidApiKeyForGivenResource', 'Invalid ApiKey for given resource');
        }
        setVariables(flow, context.name, client, product);
      },
    };
  },
});

const refusal = (code: string, text: string): PolicyFault => new PolicyFault({ code, text, status: 401 });

function setVariables(flow: FlowContext, policy: string, client: Client, product: Product): void {
  const { app, credential, developer } = client;
  const variables: Record<string, string | undefined> = {
    client_id: credential.consumerKey,
    client_secret: credential.consumerSecret,
    redirection_uris: app.callbackUrl,
    'developer.app.id': app.id,
    'developer.app.name': app.name,
    'app.id': app.id,
    'app.name': app.name,
    'app.status': app.status,
    'developer.id': developer?.id,
    'developer.email': app.developerEmail,
    'developer.userName': developer?.userName,
    'developer.firstName': developer?.firstName,
    'developer.lastName': developer?.lastName,
    'developer.status': developer?.status,
    'apiproduct.name': product.name,
    'apiproduct.developer.quota.limit': product.quota || undefined,
    'apiproduct.developer.quota.interval': product.quotaInterval || undefined,
    'apiproduct.developer.quota.timeunit': product.quotaTimeUnit || undefined,
    ...developer?.attributes,
    ...product.attributes,
    ...app.attributes,
    ...credential.attributes,
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) flow.set(`verifyapikey.${policy}.${name}`, value);
  }
  flow.set('client_id', credential.consumerKey);
}

import { escapeText } from '../../xml/serialize.js';
import { attributeText, configuredValue } from '../configured.js';
import type { App, Attributes, Developer, Organization, Product } from '../organization.js';
import { definePolicy } from '../policy.js';

/**
 * ```xml
 * <AccessEntity name="get-developer">
 *   <EntityType value="developer"/>
 *   <EntityIdentifier ref="request.queryparam.apikey" type="consumerkey"/>
 *   <SecondaryIdentifier ref="developer.email" type="developeremail"/>
 * </AccessEntity>
 * ```
 *
 * Puts a developer, an app, an API product or a consumer key of the organisation into the variable
 * `AccessEntity.{policy}`, as XML (api-management 2.6). An entity that is not there leaves the variable unset.
 */
export const accessEntity = definePolicy({
  element: 'AccessEntity',
  summary: 'Reads an entity of the organisation.',
  children: ['EntityType', 'EntityIdentifier', 'SecondaryIdentifier'],
  compile(element, context) {
    const type = element.element('EntityType');
    const kind = attributeText(type, 'value')?.toLowerCase() ?? '';
    const read = entities[kind];
    if (!read) {
      return (type ?? element).fail('bad-value', `AccessEntity cannot read the entity type "${kind}"`, {
        hint: `one of ${Object.keys(entities).join(', ')}`,
      });
    }
    const identifier =
      configuredValue(element.element('EntityIdentifier')) ??
      element.fail('missing-element', '<AccessEntity> needs an <EntityIdentifier>');
    const identifierType = attributeText(element.element('EntityIdentifier'), 'type')?.toLowerCase() ?? '';
    const second = configuredValue(element.element('SecondaryIdentifier'));
    return {
      contentAware: false,
      run(flow) {
        const id = identifier.of(flow);
        const xml =
          id === undefined ? undefined : read(flow.runtime.organization, id, identifierType, second?.of(flow));
        flow.set(`AccessEntity.${context.name}`, xml);
      },
    };
  },
});

type Read = (organization: Organization, id: string, type: string, second: string | undefined) => string | undefined;

const entities: Readonly<Record<string, Read>> = {
  developer: (organization, id, type) => {
    const developer = type === 'consumerkey' ? developerOfKey(organization, id) : organization.developer(id);
    return developer && developerXml(developer);
  },
  app: (organization, id, type, second) => {
    const app = type === 'consumerkey' ? appOfKey(organization, id) : organization.app(id, second);
    return app && appXml(app, organization);
  },
  apiproduct: (organization, id, type) => {
    const name = type === 'consumerkey' ? organization.credential(id)?.products[0]?.name : id;
    const product = name === undefined ? undefined : organization.product(name);
    return product && productXml(product);
  },
  consumerkey: (organization, id) => {
    const credential = organization.credential(id);
    return credential && credentialXml(credential.consumerKey, organization);
  },
};

const appOfKey = (organization: Organization, key: string): App | undefined => {
  const credential = organization.credential(key);
  return credential && organization.app(credential.appId);
};

const developerOfKey = (organization: Organization, key: string): Developer | undefined => {
  const app = appOfKey(organization, key);
  return app && organization.developer(app.developerEmail);
};

const tag = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const text = (name: string, value: string | number): string => tag(name, escapeText(String(value)));

function attributesXml(attributes: Attributes): string {
  const items = Object.entries(attributes).map(([name, value]) =>
    tag('Attribute', text('Name', name) + text('Value', value)),
  );
  return tag('Attributes', items.join(''));
}

function developerXml(developer: Developer): string {
  return tag(
    'Developer',
    text('Email', developer.email) +
      text('DeveloperId', developer.id) +
      text('FirstName', developer.firstName) +
      text('LastName', developer.lastName) +
      text('UserName', developer.userName) +
      text('Status', developer.status) +
      attributesXml(developer.attributes),
  );
}

function appXml(app: App, organization: Organization): string {
  const credentials = app.consumerKeys.map((key) => credentialXml(key, organization)).join('');
  return tag(
    'App',
    text('AppId', app.id) +
      text('Name', app.name) +
      text('Status', app.status) +
      text('CallbackUrl', app.callbackUrl) +
      attributesXml(app.attributes) +
      tag('Credentials', credentials),
  );
}

/** The secret is not told: policies have no use for it here, and variables end up in traces. */
function credentialXml(key: string, organization: Organization): string {
  const credential = organization.credential(key);
  if (!credential) return '';
  const products = credential.products.map(({ name, status }) =>
    tag('ApiProduct', text('Name', name) + text('Status', status)),
  );
  return tag(
    'Credential',
    text('ConsumerKey', key) +
      text('Status', credential.status) +
      attributesXml(credential.attributes) +
      tag('ApiProducts', products.join('')),
  );
}

function productXml(product: Product): string {
  const list = (name: string, item: string, values: readonly string[]) =>
    tag(name, values.map((value) => text(item, value)).join(''));
  return tag(
    'ApiProduct',
    text('Name', product.name) +
      text('DisplayName', product.displayName) +
      text('Description', product.description) +
      text('ApprovalType', product.approvalType) +
      list('ApiResources', 'ApiResource', product.apiResources) +
      list('Proxies', 'Proxy', product.proxies) +
      list('Environments', 'Environment', product.environments) +
      list('Scopes', 'Scope', product.scopes) +
      text('Quota', product.quota) +
      text('QuotaInterval', product.quotaInterval) +
      text('QuotaTimeUnit', product.quotaTimeUnit) +
      attributesXml(product.attributes),
  );
}

import type { Flow } from './api-document.js';
import type { Policy, PolicyAttribute } from './policy.js';
import { fixedId } from './shipped-id.js';
import { mediators } from './shipped-mediators.js';

function required(name: string, description: string, more: Partial<PolicyAttribute> = {}): PolicyAttribute {
  return {
    name,
    displayName: name,
    description,
    validationRegex: '',
    type: 'String',
    required: true,
    defaultValue: '',
    allowedValues: [],
    ...more,
  };
}

const all: Flow[] = ['request', 'response', 'fault'];
const both: Flow[] = ['request', 'response'];
const headerName = required('headerName', 'Name of the header', {
  validationRegex: '^([a-zA-Z_][a-zA-Z\\d_\\-\\ ]*)$',
});
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

type Shipped = [name: string, version: string, flows: Flow[], attributes: PolicyAttribute[], definition: string];

/** What the policies of the reference render to (api-management 1.7). */
const shipped: Shipped[] = [
  [
    'addHeader',
    'v3',
    all,
    [headerName, required('headerValue', 'Value of the header')],
    '<property action="set" name="{{headerName}}" value="{{headerValue}}" scope="transport"/>',
  ],
  ['removeHeader', 'v2', all, [headerName], '<property action="remove" name="{{headerName}}" scope="transport"/>'],
  ['setToHeader', 'v2', ['request'], [required('value', 'Address')], '<header name="To" value="{{value}}"/>'],
  [
    'addQueryParam',
    'v2',
    ['request'],
    [required('paramKey', 'Name of the parameter'), required('paramValue', 'Value of the parameter')],
    `<property name="rest_postfix" expression="get-property('axis2', 'REST_URL_POSTFIX')"/>
<filter source="get-property('rest_postfix')" regex=".*\\?.*">
  <then>
    <property name="REST_URL_POSTFIX" expression="fn:concat(get-property('rest_postfix'), '&amp;{{paramKey}}={{paramValue}}')" scope="axis2" type="STRING"/>
  </then>
  <else>
    <property name="REST_URL_POSTFIX" expression="fn:concat(get-property('rest_postfix'), '?{{paramKey}}={{paramValue}}')" scope="axis2" type="STRING"/>
  </else>
</filter>`,
  ],
  [
    'changeHTTPMethod',
    'v1',
    ['request'],
    [required('httpMethod', 'Method of the backend request', { type: 'Enum', allowedValues: methods })],
    '<property name="HTTP_METHOD" value="{{httpMethod}}" scope="axis2"/>',
  ],
  [
    'rewriteResourcePath',
    'v3',
    ['request'],
    [
      required('newResourcePath', 'Path of the backend request'),
      required('includeQueryParams', 'Keep the query', { type: 'Boolean', required: false }),
    ],
    `{% if includeQueryParams %}
<property name="URL_POSTFIX" expression="get-property('axis2', 'REST_URL_POSTFIX')"/>
<rewrite inProperty="URL_POSTFIX" outProperty="URL_POSTFIX">
  <rewriterule><action value="{{newResourcePath}}" type="set" fragment="path"/></rewriterule>
</rewrite>
<property name="REST_URL_POSTFIX" expression="get-property('URL_POSTFIX')" scope="axis2"/>
{% else %}
<property name="REST_URL_POSTFIX" value="{{newResourcePath}}" scope="axis2"/>
{% endif %}`,
  ],
  ['jsonToXML', 'v1', both, [], mediators.toXml],
  ['xmlToJson', 'v1', both, [], mediators.toJson],
  ['addLogMessage', 'v2', all, [], mediators.logMessage],
  ['debugRequestFlow', 'v2', ['request'], [], mediators.debugIn],
  ['debugResponseFlow', 'v2', ['response'], [], mediators.debugOut],
  ['preserveAcceptHeader', 'v1', ['request'], [], mediators.preserveAccept],
  ['applyAcceptHeader', 'v1', ['response'], [], mediators.applyAccept],
  ['disableChunking', 'v1', ['request'], [], mediators.disableChunking],
  ['jsonFault', 'v1', ['fault'], [], mediators.jsonFault],
  ['debugJsonFault', 'v1', ['fault'], [], mediators.debugJsonFault],
];

let built: Policy[] | undefined;

/** The common policies of every installation. */
export function shippedPolicies(): readonly Policy[] {
  built ??= shipped.map(([name, version, applicableFlows, attributes, definition]) => ({
    id: fixedId(`${name}:${version}`),
    apiId: undefined,
    category: 'Mediation',
    name,
    version,
    displayName: name,
    description: '',
    applicableFlows,
    supportedGateways: ['Synapse'],
    supportedApiTypes: ['HTTP', 'SOAP', 'SOAPTOREST', 'GRAPHQL'],
    attributes,
    definition,
    template: true,
  }));
  return built;
}

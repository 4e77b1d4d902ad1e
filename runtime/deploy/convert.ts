import type { ConfigElement } from '../configuration/element.js';
import { parseConfiguration } from '../configuration/parse.js';
import { literalValue } from '../endpoint/literal-value.js';
import { parseBasic } from '../transport/basic-credentials.js';
import { escapeText } from '../xml/serialize.js';
import { elementSpans } from '../xml/spans.js';
import { findTokenFlows, type TokenFlow } from './token-flow.js';

/** What a conversion made of an artifact. */
export interface Conversion {
  /** The artifact, its other parts as they were. */
  readonly xml: string;
  /** Lines at which something was converted, counted from 1; none: there was nothing to convert. */
  readonly lines: readonly number[];
  /**
   * The same as endpoint security of a published API (api-management 1.16), secrets included; none for a token URL that
   * only the flow knows.
   */
  readonly endpointSecurity: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Writes the native form of token flows that are published for the reference engine: `<oauthToken>` in the place of the
 * mediators that fetch a token, and perhaps keep it in the registry (api-management 4.1 C7, C11, C12).
 * @param file name that problems show
 * @throws ConfigurationError when the text is no XML
 */
export function convert(xml: string, { file }: { file: string }): Conversion {
  const root = parseConfiguration(xml, file);
  const flows = convertibleFlows(root);
  const spans = elementSpans(xml);
  const order = [...inOrder(root)];
  let converted = xml;
  // From the end, so that the places before stay what they are.
  for (const { flow, grant } of [...flows].reverse()) {
    const [first] = flow.mediators;
    const last = flow.mediators.at(-1);
    const start = spans[order.indexOf(first as ConfigElement)]?.start ?? 0;
    const end = spans[order.indexOf(last as ConfigElement)]?.end ?? 0;
    const indent = /[ \t]*$/.exec(xml.slice(0, start))?.[0] ?? '';
    converted = converted.slice(0, start) + grantXml(grant, indent) + converted.slice(end);
  }
  return {
    xml: converted,
    lines: flows.map(({ flow }) => flow.mediators[0]?.line ?? 1),
    endpointSecurity: flows.flatMap(({ grant }) => (isExpression(grant.tokenUrl) ? [] : [securityOf(grant)])),
  };
}

/** The token flows of an artifact that have a native form. */
export function convertibleFlows(root: ConfigElement): { flow: TokenFlow; grant: NativeGrant }[] {
  return findTokenFlows(root).flatMap((flow) => nativeGrant(flow) ?? []);
}

const isExpression = (text: string): boolean => text.startsWith('{');

/** A grant in the terms of {@link compileGrant}; texts are literal unless they are expressions already. */
export interface NativeGrant {
  readonly element: 'clientCredentials' | 'passwordCredentials' | 'authorizationCode';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenUrl: string;
  readonly inForm: boolean;
  readonly user: readonly (readonly [name: 'username' | 'password' | 'refreshToken', value: string])[];
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** Placeholders of the published page stand where values belong. */
  readonly unfilled: boolean;
}

const elements = {
  client_credentials: 'clientCredentials',
  password: 'passwordCredentials',
  refresh_token: 'authorizationCode',
} as const;

const userFields = { username: 'username', password: 'password', refresh_token: 'refreshToken' } as const;

/** Undefined for a grant or a URL that has no native form. */
function nativeGrant(flow: TokenFlow): { flow: TokenFlow; grant: NativeGrant } | undefined {
  const fields = new Map(flow.form);
  const element = elements[fields.get('grant_type') as keyof typeof elements];
  const url = tokenUrlOf(flow.tokenUrl);
  if (!element || url === undefined) return undefined;
  const inForm = flow.basic === undefined;
  const client = inForm
    ? [fields.get('client_id') ?? '', fields.get('client_secret') ?? '']
    : decoded(flow.basic ?? '');
  const [clientId = 'clientKey', clientSecret = 'clientSecret'] = client ?? [];
  const user = flow.form.flatMap(([name, value]) =>
    Object.hasOwn(userFields, name) ? [[userFields[name as keyof typeof userFields], value] as const] : [],
  );
  const taken = new Set(['grant_type', ...Object.keys(userFields), ...(inForm ? ['client_id', 'client_secret'] : [])]);
  const parameters = flow.form.filter(([name]) => !taken.has(name));
  const unfilled = client === undefined || url === unfilledUrl;
  return { flow, grant: { element, clientId, clientSecret, tokenUrl: url, inForm, user, parameters, unfilled } };
}

const unfilledUrl = 'https://token-endpoint-url';

/** A literal; a whole `{uri.var.x}` becomes the property; the published placeholder, one without braces. */
function tokenUrlOf(template: string): string | undefined {
  if (/^https?:\/\/[^{}]*$/.test(template)) return template;
  const variable = /^\{\+?((?:uri\.var|query\.param)\.[\w.-]+)\}$/.exec(template)?.[1];
  if (variable !== undefined) return `{$ctx:${variable}}`;
  return /^\{token-endpoint-url\}$/i.test(template) ? unfilledUrl : undefined;
}

/** Id and secret; undefined for a placeholder. */
function decoded(basic: string): [id: string, secret: string] | undefined {
  if (!/^[A-Za-z0-9+/]+=*$/.test(basic)) return undefined;
  return parseBasic(basic);
}

function grantXml(grant: NativeGrant, indent: string): string {
  const child = (name: string, value: string): string => `<${name}>${escapeText(value)}</${name}>`;
  const url = isExpression(grant.tokenUrl) ? grant.tokenUrl : literalValue(grant.tokenUrl);
  const parameters = grant.parameters.map(
    ([name, value]) => `        <parameter name="${name}">${escapeText(literalValue(value))}</parameter>`,
  );
  const lines = [
    ...(grant.unfilled ? ['<!-- Fill in the client and the URL of the token endpoint. -->'] : []),
    '<oauthToken xmlns="urn:mediant:mediators">',
    `    <${grant.element}>`,
    ...grant.user.map(([name, value]) => `        ${child(name, literalValue(value))}`),
    `        ${child('clientId', literalValue(grant.clientId))}`,
    `        ${child('clientSecret', literalValue(grant.clientSecret))}`,
    `        ${child('tokenUrl', url)}`,
    ...(grant.inForm ? ['        <authMode>payload</authMode>'] : []),
    ...(parameters.length === 0
      ? []
      : ['        <requestParameters>', ...parameters.map((line) => `    ${line}`), '        </requestParameters>']),
    `    </${grant.element}>`,
    '</oauthToken>',
  ];
  return lines.join(`\n${indent}`);
}

const grantTypes = {
  clientCredentials: 'CLIENT_CREDENTIALS',
  passwordCredentials: 'PASSWORD',
  authorizationCode: 'REFRESH_TOKEN',
} as const;

function securityOf(grant: NativeGrant): Record<string, unknown> {
  return {
    enabled: true,
    type: 'OAUTH',
    grantType: grantTypes[grant.element],
    tokenUrl: grant.tokenUrl,
    clientId: grant.clientId,
    clientSecret: grant.clientSecret,
    ...Object.fromEntries(grant.user),
    ...(grant.inForm ? { clientAuthentication: 'BODY' } : {}),
    customParameters: Object.fromEntries(grant.parameters),
  };
}

function* inOrder(element: ConfigElement): Generator<ConfigElement> {
  yield element;
  for (const child of element.elements()) yield* inOrder(child);
}

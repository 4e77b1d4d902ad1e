import type { ConfigElement } from '../configuration/element.js';

export type RoleName =
  /** The client's credentials, in a property. */
  | 'client'
  | 'keepBody'
  | 'keepPath'
  /** The body of the token request. */
  | 'form'
  /** Its headers and types, and no path of the caller's. */
  | 'basic'
  | 'formHeader'
  | 'formType'
  | 'noPath'
  | 'call'
  | 'token'
  | 'restorePath'
  | 'bearer'
  | 'restoreBody'
  /** Token and time that the registry has, and that go there. */
  | 'storedToken'
  | 'storedTime'
  | 'storeToken'
  | 'storeTime'
  /** Fetches when the token is old. */
  | 'cache';

/** What a mediator does in a token flow. */
export interface Role {
  readonly role: RoleName;
  /** The property that it sets or reads: how it is linked to others. */
  readonly property?: string | undefined;
  /** Credentials, or the token URL. */
  readonly value?: string;
  readonly form?: readonly (readonly [name: string, value: string])[];
  /** The list of mediators that fetches. */
  readonly flow?: ConfigElement;
}

const formType = 'application/x-www-form-urlencoded';

/** What a mediator does in a token flow; undefined for one that has no part in any. */
export function roleOf(element: ConfigElement): Role | undefined {
  switch (element.localName) {
    case 'property':
      return propertyRole(element);
    case 'header':
      return headerRole(element);
    case 'payloadFactory':
      return payloadRole(element);
    case 'call':
      return callRole(element);
    case 'filter':
      return filterRole(element);
    default:
      return undefined;
  }
}

function propertyRole(element: ConfigElement): Role | undefined {
  const name = element.attribute('name') ?? '';
  const scope = element.attribute('scope') ?? 'default';
  const value = element.attribute('value');
  const expression = compact(element.attribute('expression') ?? '');
  if (element.attribute('action') === 'remove' || element.elements().length > 0) return undefined;
  if (scope === 'registry') {
    if (expression === "get-property('SYSTEM_TIME')") return { role: 'storeTime' };
    const stored = propertyIn(expression);
    return stored === undefined ? undefined : { role: 'storeToken', property: stored };
  }
  if (scope === 'axis2') return axis2Role(name, value, expression);
  if (scope !== 'default') return undefined;
  if (value !== undefined && isCredentials(value)) return { role: 'client', property: name, value };
  if (expression === 'json-eval($)') return { role: 'keepBody', property: name };
  if (expression === "get-property('axis2','REST_URL_POSTFIX')") return { role: 'keepPath', property: name };
  if (expression === 'json-eval($.access_token)') return { role: 'token', property: name };
  const resource = /^get-property\('registry','([^']+)'\)$/.exec(expression)?.[1];
  if (resource === undefined) return undefined;
  return { role: /time/i.test(`${resource}${name}`) ? 'storedTime' : 'storedToken', property: name };
}

function axis2Role(name: string, value: string | undefined, expression: string): Role | undefined {
  if (name === 'messageType' && value === formType) return { role: 'formType' };
  if (name !== 'REST_URL_POSTFIX') return undefined;
  if (value === '') return { role: 'noPath' };
  const property = propertyIn(expression);
  return property === undefined ? undefined : { role: 'restorePath', property };
}

function headerRole(element: ConfigElement): Role | undefined {
  if (element.attribute('scope') !== 'transport' || element.attribute('action') === 'remove') return undefined;
  const name = element.attribute('name')?.toLowerCase();
  const value = element.attribute('value');
  if (name === 'content-type' && value === formType) return { role: 'formHeader' };
  if (name !== 'authorization') return undefined;
  if (value?.startsWith('Basic ')) return { role: 'basic', value: value.slice(6).trim() };
  const expression = element.attribute('expression') ?? '';
  const [, scheme, property] =
    /^(?:fn:)?concat\(\s*'(Basic|Bearer) '\s*,\s*(?:get-property\(\s*'([^']+)'\s*\)|\$ctx:[\w.-]+)\s*\)$/.exec(
      expression.trim(),
    ) ?? [];
  const named = property ?? /\$ctx:([\w.-]+)/.exec(expression)?.[1];
  if (scheme === undefined || named === undefined) return undefined;
  return scheme === 'Basic' ? { role: 'basic', property: named } : { role: 'bearer', property: named };
}

function payloadRole(element: ConfigElement): Role | undefined {
  const format = element.element('format');
  const args = element.element('args')?.elements() ?? [];
  if (!format) return undefined;
  if (element.attribute('media-type') === 'json') {
    const [argument] = args;
    const property = propertyIn(compact(argument?.attribute('expression') ?? ''));
    if (format.text.trim() !== '$1' || args.length !== 1 || property === undefined) return undefined;
    return { role: 'restoreBody', property };
  }
  if (element.attribute('media-type') !== 'xml' || args.length > 0) return undefined;
  const form = formFields(format);
  return form.some(([name]) => name === 'grant_type') ? { role: 'form', form } : undefined;
}

/** Children of the first body element, as the form formatter writes them. */
function formFields(format: ConfigElement): [string, string][] {
  let body: ConfigElement | undefined = format.elements()[0];
  if (body?.localName === 'Envelope') body = body.element('Body')?.elements()[0];
  return (body?.elements() ?? []).map(({ localName, text }) => [localName, text.trim()]);
}

function callRole(element: ConfigElement): Role | undefined {
  const plain = element.elements().every(({ localName }) => localName === 'endpoint');
  const http = element.element('endpoint')?.element('http');
  const method = http?.attribute('method')?.toLowerCase();
  const tokenUrl = http?.attribute('uri-template');
  if (!plain || element.attribute('blocking') !== 'true' || method !== 'post' || !tokenUrl) return undefined;
  return http?.element('authentication') ? undefined : { role: 'call', value: tokenUrl };
}

/** `… > 3600000 or … = ''`, then fetch, else the header alone. */
function filterRole(element: ConfigElement): Role | undefined {
  const then = element.element('then');
  const [header, ...more] = element.element('else')?.elements() ?? [];
  const test = compact(element.attribute('xpath') ?? '');
  if (!then || !header || more.length > 0 || !/SYSTEM_TIME.*-.*>\d+or/.test(test)) return undefined;
  const bearer = roleOf(header);
  return bearer?.role === 'bearer' ? { role: 'cache', flow: then, property: bearer.property } : undefined;
}

/** A literal that is Base64 of `id:secret`, or stands for it. */
function isCredentials(value: string): boolean {
  if (/^\{base64encoded\(/i.test(value)) return true;
  return /^[A-Za-z0-9+/]{4,}=*$/.test(value) && Buffer.from(value, 'base64').toString('utf8').includes(':');
}

/** The property that an expression reads, and nothing else. */
function propertyIn(expression: string): string | undefined {
  const match = /^(?:get-property\('([^',]+)'\)|\$ctx:([\w.-]+))$/.exec(expression);
  return match?.[1] ?? match?.[2];
}

/** Without blanks, but those in quotes. */
function compact(expression: string): string {
  return expression.replace(/'[^']*'|\s+/g, (part) => (part.startsWith("'") ? part : ''));
}

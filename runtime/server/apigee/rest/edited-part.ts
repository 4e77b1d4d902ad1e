import { strToU8 } from 'fflate';
import { escapeAttribute, escapeText } from '../../../xml/serialize.js';
import { type PartFolder, parseGivenXml } from '../model/bundle-summary.js';
import { badRequest } from '../model/error.js';
import { checkedName, type Input } from '../model/input.js';
import type { Call } from './call.js';

/** A policy or endpoint as a call brings it, ready to be a file of the bundle. */
export interface EditedPart {
  readonly name: string;
  readonly content: Uint8Array;
}

const roots: Partial<Record<PartFolder, string>> = {
  proxies: 'ProxyEndpoint',
  targets: 'TargetEndpoint',
  sharedflows: 'SharedFlow',
};

/**
 * The part in the body: XML as it stands in a bundle or, for endpoints, the JSON by which scripts build a first proxy:
 * `{name, connection: {basePath, virtualHost: []}, routeRule: [{name, condition, targetEndpoint, url}]}` and
 * `{name, connection: {uRL}}`.
 *
 * @throws ApigeeError 400 with line and column, or the member
 */
export function editedPart(call: Call, folder: PartFolder): EditedPart {
  const text = call.body.toString('utf8');
  const root = roots[folder];
  if (/^\s*(\ufeff)?</.test(text)) return xmlPart(text, root);
  if (folder === 'proxies') return written(call.input('ProxyEndpoint'), proxyEndpoint);
  if (folder === 'targets') return written(call.input('TargetEndpoint'), targetEndpoint);
  throw badRequest(`The body must be the XML of one of the bundle's ${folder}`);
}

function xmlPart(text: string, root: string | undefined): EditedPart {
  const element = parseGivenXml(text, 'body');
  if (root !== undefined && element.localName !== root) {
    throw badRequest(`body:${element.line}:${element.column} <${root}> is expected, not <${element.localName}>`);
  }
  const name = element.attribute('name')?.trim() ?? '';
  if (name === '') throw badRequest(`body:${element.line}:${element.column} <${element.localName}> needs a name`);
  return { name: checkedName('name', name), content: strToU8(text) };
}

function written(input: Input, write: (name: string, input: Input) => string): EditedPart {
  const name = checkedName('name', input.required('name'));
  return { name, content: strToU8(`<?xml version="1.0" encoding="UTF-8"?>\n${write(name, input)}`) };
}

function proxyEndpoint(name: string, input: Input): string {
  const connection = input.child('connection');
  const hosts = connection.has('virtualHost') ? connection.texts('virtualHost') : ['default'];
  const rules = input.objects('routeRule').map(routeRule);
  return [
    `<ProxyEndpoint name="${escapeAttribute(name)}">`,
    '  <HTTPProxyConnection>',
    `    <BasePath>${escapeText(connection.text('basePath') || '/')}</BasePath>`,
    ...hosts.map((host) => `    <VirtualHost>${escapeText(host)}</VirtualHost>`),
    '  </HTTPProxyConnection>',
    ...rules,
    '</ProxyEndpoint>\n',
  ].join('\n');
}

function routeRule(rule: Input): string {
  const part = (element: string, member: string) =>
    rule.has(member) ? `<${element}>${escapeText(rule.text(member))}</${element}>` : '';
  const content = part('Condition', 'condition') + part('TargetEndpoint', 'targetEndpoint') + part('URL', 'uRL');
  return `  <RouteRule name="${escapeAttribute(rule.required('name'))}">${content}</RouteRule>`;
}

function targetEndpoint(name: string, input: Input): string {
  const url = input.child('connection').required('uRL');
  return [
    `<TargetEndpoint name="${escapeAttribute(name)}">`,
    '  <HTTPTargetConnection>',
    `    <URL>${escapeText(url)}</URL>`,
    '  </HTTPTargetConnection>',
    '</TargetEndpoint>\n',
  ].join('\n');
}

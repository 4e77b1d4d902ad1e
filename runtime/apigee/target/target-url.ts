import type { FlowContext } from '../flow-context.js';
import type { Template } from '../template.js';
import { textOf } from '../value.js';

/**
 * Where a target's request goes (api-management 2.2): the configured address, the path behind the proxy's base path and
 * the query, as far as `target.copy.pathsuffix` and `target.copy.queryparams` do not say false. One slash stands between
 * address and path, however many the address ends with.
 */
export function targetUrl(flow: FlowContext, configured: string): string {
  const suffix = isFalse(flow.get('target.copy.pathsuffix')) ? '' : flow.pathSuffix;
  const query = isFalse(flow.get('target.copy.queryparams')) ? '' : flow.request.queryString;
  const mark = configured.indexOf('?');
  const base = mark < 0 ? configured : configured.slice(0, mark);
  const own = mark < 0 ? '' : configured.slice(mark + 1);
  const joined = suffix.startsWith('/') ? base.replace(/\/+$/, '') + suffix : base + suffix;
  const wholeQuery = [own, query].filter((part) => part !== '').join('&');
  return wholeQuery === '' ? joined : `${joined}?${wholeQuery}`;
}

/** The configured address with its variables; what has no value is left out. */
export function configuredAddress(template: Template, flow: FlowContext): string {
  return template.render(flow, true).trim();
}

function isFalse(value: unknown): boolean {
  return textOf(value)?.trim().toLowerCase() === 'false';
}

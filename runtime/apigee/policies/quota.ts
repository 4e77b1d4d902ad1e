import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, type ConfiguredValue, configuredValue, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { definePolicy } from '../policy.js';
import { countIn, isTimeUnit, type QuotaWindow, quotaKinds, windowAt } from './quota-window.js';

/**
 * ```xml
 * <Quota name="check-quota" type="calendar">
 *   <Allow count="5" countRef="variable">5</Allow>
 *   <Interval ref="variable">1</Interval> <TimeUnit ref="variable">minute</TimeUnit>
 *   <Identifier ref="client_id"/> <MessageWeight ref="variable"/>
 *   <StartTime>2026-01-31 00:00:00</StartTime>
 * </Quota>
 * ```
 *
 * Lets so many messages pass in a time (api-management 2.6): windows follow the clock, or with `type` the StartTime
 * (`calendar`), the first message (`flexi`) or each moment (`rollingwindow`). One counter without an Identifier.
 */
export const quota = definePolicy({
  element: 'Quota',
  prefix: 'ratelimit',
  summary: 'Limits messages in a unit of time.',
  children: [
    'Allow',
    'Interval',
    'TimeUnit',
    'Identifier',
    'MessageWeight',
    'StartTime',
    'Distributed',
    'Synchronous',
    'AsynchronousConfiguration',
    'PreciseAtSecondsLevel',
  ],
  compile(element, context) {
    const kind = attributeText(element, 'type')?.toLowerCase() ?? 'default';
    if (!quotaKinds.has(kind)) {
      return element.fail('bad-value', `Quota knows no type ${kind}`, {
        attribute: 'type',
        hint: 'calendar, flexi or rollingwindow',
      });
    }
    const allow = allowOf(element);
    const [interval, unit, identifier, weight] = ['Interval', 'TimeUnit', 'Identifier', 'MessageWeight'].map((name) =>
      configuredValue(element.element(name)),
    );
    const start = startOf(element);
    return {
      contentAware: false,
      async run(flow) {
        const limit = wholeNumber(allow(flow), 'Allow', context.name);
        const id = identifier?.of(flow) ?? '_default';
        const window = windowAt(flow.runtime.now(), {
          kind,
          interval: wholeNumber(interval?.of(flow) ?? '1', 'Interval', context.name),
          unit: timeUnit(unit?.of(flow), context.name),
          start,
        });
        const { organization, environment } = flow.runtime;
        const key = JSON.stringify([organization.name, environment, flow.proxy.name, context.name, id]);
        const used = await countIn(organization.counters, key, window, Number(weight?.of(flow) ?? 1));
        tell(flow, context.name, { id, limit, used, window });
        if (used <= limit) return;
        throw new PolicyFault({
          code: 'policies.ratelimit.QuotaViolation',
          text: `Rate limit quota violation. Quota limit  exceeded. Identifier : ${id}`,
          status: 429,
        });
      },
    };
  },
});

/** The variable of countRef, else the attribute, else the text. */
function allowOf(element: ConfigElement): (flow: FlowContext) => string {
  const child = element.element('Allow');
  const text = attributeText(child, 'count') ?? textIn(child);
  const ref: ConfiguredValue | undefined = configuredValue(child, 'countRef');
  if (text === undefined && ref === undefined) {
    return (child ?? element).fail('missing-element', '<Quota> needs an <Allow>', { hint: 'e.g. <Allow count="5"/>' });
  }
  return (flow) => (ref?.ref === undefined ? undefined : ref.of(flow)) ?? text ?? '';
}

function startOf(element: ConfigElement): number | undefined {
  const child = element.element('StartTime');
  const text = textIn(child);
  if (child === undefined || text === undefined) return undefined;
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(text);
  if (!match) return child.fail('bad-value', `<StartTime> must be yyyy-MM-dd HH:mm:ss, not "${text}"`);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function wholeNumber(text: string, name: string, policy: string): number {
  if (/^\d+$/.test(text.trim())) return Number(text);
  throw new PolicyFault({
    code: `policies.ratelimit.InvalidQuota${name}`,
    text: `Invalid quota ${name.toLowerCase()} in policy ${policy}: "${text}" is no whole number`,
  });
}

function timeUnit(text: string | undefined, policy: string) {
  const unit = text?.trim().toLowerCase() ?? '';
  if (isTimeUnit(unit)) return unit;
  const code = 'policies.ratelimit.InvalidQuotaTimeUnit';
  throw new PolicyFault({ code, text: `Invalid quota time unit in policy ${policy}: "${unit}"` });
}

function tell(
  flow: FlowContext,
  policy: string,
  { id, limit, used, window }: { id: string; limit: number; used: number; window: QuotaWindow },
): void {
  const values = {
    'allowed.count': limit,
    'used.count': Math.min(used, limit),
    'available.count': Math.max(0, limit - used),
    'exceed.count': used > limit ? 1 : 0,
    'total.exceed.count': Math.max(0, used - limit),
    'expiry.time': window.end,
    identifier: id,
  };
  for (const [name, value] of Object.entries(values)) flow.set(`ratelimit.${policy}.${name}`, value);
}

import { configuredValue } from '../configured.js';
import { PolicyFault } from '../fault.js';
import { definePolicy } from '../policy.js';

/**
 * ```xml
 * <SpikeArrest name="spike-arrest">
 *   <Rate ref="variable">30ps</Rate>
 *   <Identifier ref="client.ip"/> <MessageWeight ref="variable"/> <UseEffectiveCount>true</UseEffectiveCount>
 * </SpikeArrest>
 * ```
 *
 * Spreads messages over the time: 30 a second (`ps`) are one in 33 ms, 100 a minute (`pm`) one in 600 ms
 * (api-management 2.6). Each node looks after itself, all its gateway processes together.
 */
export const spikeArrest = definePolicy({
  element: 'SpikeArrest',
  prefix: 'ratelimit',
  summary: 'Spreads messages over the time.',
  children: ['Rate', 'Identifier', 'MessageWeight', 'UseEffectiveCount'],
  compile(element, context) {
    const child = element.element('Rate');
    const rate =
      configuredValue(child) ??
      (child ?? element).fail('missing-element', '<SpikeArrest> needs a <Rate>', { hint: 'e.g. <Rate>30ps</Rate>' });
    if (rate.text !== undefined && !rateOf(rate.text)) {
      (child ?? element).fail('bad-value', `<Rate> must be a number with ps or pm, not "${rate.text}"`);
    }
    const identifier = configuredValue(element.element('Identifier'));
    const weight = configuredValue(element.element('MessageWeight'));
    return {
      contentAware: false,
      run(flow) {
        const text = rate.of(flow) ?? '';
        const allowed = rateOf(text);
        if (!allowed) {
          const code = 'policies.ratelimit.InvalidAllowedRate';
          throw new PolicyFault({ code, text: `Invalid spike arrest rate in policy ${context.name}: "${text}"` });
        }
        const { organization, environment } = flow.runtime;
        const id = identifier?.of(flow) ?? '_default';
        const key = JSON.stringify([environment, flow.proxy.name, context.name, id]);
        const spacing = (allowed.periodMs / allowed.messages) * Number(weight?.of(flow) ?? 1);
        const check = (passes: boolean): void => {
          if (!passes) throw violation(allowed);
        };
        const passes = organization.counters.pass(key, spacing);
        return passes instanceof Promise ? passes.then(check) : check(passes);
      },
    };
  },
});

interface Rate {
  readonly messages: number;
  readonly periodMs: number;
}

function rateOf(text: string): Rate | undefined {
  const match = /^\s*(\d+)\s*(ps|pm)\s*$/i.exec(text);
  const messages = Number(match?.[1]);
  if (!match || messages === 0) return undefined;
  return { messages, periodMs: match[2]?.toLowerCase() === 'ps' ? 1_000 : 60_000 };
}

function violation({ messages, periodMs }: Rate): PolicyFault {
  const rate = `MessageRate{messagesPerPeriod=${messages}, periodInMicroseconds=${periodMs * 1000}, maxBurstMessageCount=1.0}`;
  return new PolicyFault({
    code: 'policies.ratelimit.SpikeArrestViolation',
    text: `Spike arrest violation. Allowed rate : ${rate}`,
    status: 429,
  });
}

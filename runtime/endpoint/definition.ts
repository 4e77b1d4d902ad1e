import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Expression } from '../expression/expression.js';
import type { Message } from '../message/message.js';
import type { Packaging } from '../message/packaging.js';
import { defaultSuspension, type SuspensionDefaults, type SuspensionRules } from './circuit.js';

export type EndpointFormat = 'pox' | 'get' | 'rest' | 'soap11' | 'soap12';
export type TimeoutAction = 'none' | 'discard' | 'fault';

/** What address, http, default and wsdl endpoints have in common (artifacts 3.1). */
export interface EndpointDefinition {
  readonly format: EndpointFormat | undefined;
  /** How SOAP with attachments goes out. */
  readonly optimize: Packaging | undefined;
  /** Character encoding of what is sent. */
  readonly encoding: string | undefined;
  readonly timeout: {
    /** Milliseconds, or an expression that yields them; undefined: the server's. */
    readonly duration: number | Expression | undefined;
    readonly action: TimeoutAction;
  };
  readonly suspension: SuspensionRules;
  readonly retry: RetryRules;
}

/** After which failures a composite endpoint goes on to another child (artifacts 3.8). */
export interface RetryRules {
  readonly disabled: ReadonlySet<number>;
  readonly enabled: ReadonlySet<number>;
}

export function isRetryable(rules: RetryRules, code: number): boolean {
  return !rules.disabled.has(code) && (rules.enabled.size === 0 || rules.enabled.has(code));
}

const formats: readonly string[] = ['pox', 'get', 'rest', 'soap11', 'soap12'];

/**
 * Reads the attributes and children of `<address>`, `<http>`, `<default>` or `<wsdl>`.
 * @throws ConfigurationError for numbers that are none and time-out actions that do not exist.
 */
export function readDefinition(element: ConfigElement, context: CompileContext): EndpointDefinition {
  const format = choice(element, 'format', formats, context);
  return {
    format: format as EndpointFormat | undefined,
    optimize: choice(element, 'optimize', ['mtom', 'swa'], context) as Packaging | undefined,
    encoding: element.attribute('encoding') || undefined,
    timeout: readTimeout(element.element('timeout'), context),
    suspension: readSuspension(element),
    retry: {
      disabled: codes(element.element('retryConfig')?.element('disabledErrorCodes')),
      enabled: codes(element.element('retryConfig')?.element('enabledErrorCodes')),
    },
  };
}

/** Milliseconds until this send times out: the endpoint's own, never more than the server's (artifacts 3.2). */
export function timeoutOf({ timeout }: EndpointDefinition, message: Message): { limit: number; own: boolean } {
  const global = Number(message.environment.property('synapse.global_timeout_interval') ?? 120_000);
  const { duration } = timeout;
  if (duration === undefined) return { limit: global, own: false };
  if (typeof duration === 'number') return { limit: duration, own: true };
  const text = duration.text(message) ?? '';
  return /^\d+$/.test(text) && Number(text) <= global
    ? { limit: Number(text), own: true }
    : { limit: global, own: false };
}

/** The server's own defaults for suspension. */
export function suspensionDefaults(message: Message): SuspensionDefaults {
  const number = (key: string) => {
    const text = message.environment.property(key);
    return text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text);
  };
  return {
    initialDuration: number('synapse.global_endpoint_suspend_duration'),
    progressionFactor: number('synapse.global_endpoint_suspend_progression_factor'),
  };
}

/** The reference engine takes no notice of values that it does not know; they are warned about. */
function choice(
  element: ConfigElement,
  name: string,
  values: readonly string[],
  context: CompileContext,
): string | undefined {
  const value = element.attribute(name);
  if (value === undefined || values.includes(value) || value === 'leave-as-is') return value;
  context.report(
    element.problem('unknown-attribute-value', `${name}="${value}" has no effect`, {
      attribute: name,
      severity: 'warning',
      hint: `use one of: ${values.join(', ')}`,
    }),
  );
  return undefined;
}

function readTimeout(element: ConfigElement | undefined, context: CompileContext): EndpointDefinition['timeout'] {
  const action = element?.element('responseAction');
  const name = action?.text.trim().toLowerCase() ?? 'none';
  if (action && name !== 'discard' && name !== 'fault') {
    action.fail('invalid-timeout-action', `Invalid timeout action, action : ${action.text.trim()} is not supported`, {
      hint: 'use discard or fault; without <responseAction> the call is given up and the client gets 504',
    });
  }
  const duration = element?.element('duration');
  return { duration: duration && readDuration(duration, context), action: name as TimeoutAction };
}

function readDuration(element: ConfigElement, context: CompileContext): number | Expression {
  const text = element.text.trim();
  if (text.startsWith('{') && text.endsWith('}')) return context.expression(element, '', text.slice(1, -1));
  return number(element, { minimum: 0 });
}

function readSuspension(element: ConfigElement): SuspensionRules {
  const mark = element.element('markForSuspension');
  const suspend = element.element('suspendOnFailure');
  const legacy = element.element('suspendDurationOnFailure');
  const optional = (child: ConfigElement | undefined, options = {}) => child && number(child, options);
  const legacyDuration = legacy && number(legacy, {}) * 1000;
  return {
    timeoutCodes: codes(mark?.element('errorCodes')),
    retriesBeforeSuspension: optional(mark?.element('retriesBeforeSuspension')) ?? 0,
    retryDelay: optional(mark?.element('retryDelay')) ?? 0,
    suspendCodes: codes(suspend?.element('errorCodes')),
    initialDuration: optional(suspend?.element('initialDuration')) ?? legacyDuration,
    progressionFactor: optional(suspend?.element('progressionFactor'), { fraction: true }) ?? (legacy ? 1 : undefined),
    maximumDuration: optional(suspend?.element('maximumDuration')) ?? defaultSuspension.maximumDuration,
  };
}

function number(element: ConfigElement, options: { minimum?: number; fraction?: boolean }): number {
  const text = element.text.trim();
  const pattern = options.fraction ? /^[+-]?(\d+\.?\d*|\.\d+)$/ : /^[+-]?\d+$/;
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value) || value < (options.minimum ?? -Number.MAX_VALUE)) {
    element.fail('invalid-number', `<${element.localName}> must be a number, "${text}" is not`, {
      hint: options.fraction
        ? 'write it with digits, as 2 or 1.5'
        : 'write it with digits, in milliseconds for durations',
    });
  }
  return value;
}

/** Error codes separated by commas, blanks or both. */
function codes(element: ConfigElement | undefined): ReadonlySet<number> {
  const list = element?.text.split(/[,\s]+/).filter(Boolean) ?? [];
  for (const code of list) {
    if (!/^-?\d+$/.test(code)) {
      element?.fail('invalid-error-code', `"${code}" is no error code`, {
        hint: 'numbers separated by commas, e.g. 101503,101504',
      });
    }
  }
  return new Set(list.map(Number));
}

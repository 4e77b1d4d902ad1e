import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import { nearest } from '../../configuration/nearest.js';
import { resolveStatic } from '../../endpoint/static-values.js';
import { cronTimes } from '../background/cron.js';
import type { Trigger } from '../background/schedule.js';
import { formats, type InjectorSettings, messageInjector } from './message-injector.js';
import { Task, type TaskTrigger } from './task.js';

const injector = 'org.apache.synapse.startup.tasks.MessageInjector';

/** Properties of a MessageInjector (artifacts 2.6). */
export const injectorProperties: readonly string[] = [
  'message',
  'registryKey',
  'format',
  'to',
  'soapAction',
  'injectTo',
  'sequenceName',
  'proxyName',
  'sequential',
  'invokeHandlers',
];

/** Compiles a `<task>` (artifacts 2.6). */
export function compileTask(element: ConfigElement, context: CompileContext): Task {
  const name = element.attribute('name') || element.fail('missing-attribute', 'A task needs a name attribute');
  const implementation = element.attribute('class') || injector;
  if (implementation !== injector) {
    element.fail('unsupported-task', `${implementation} is a task of a Java class, which cannot run here`, {
      attribute: 'class',
      hint: `write what it does as a sequence, and let ${injector} inject into it`,
    });
  }
  const { configured, trigger } = compileTrigger(element, context);
  const properties = readProperties(element, context);
  const texts = [...properties].flatMap(([property, { text }]) =>
    text === undefined ? [] : [[property, text] as const],
  );
  const group = element.attribute('group') ?? 'synapse.simple.quartz';
  const settings = { name, group, implementation, configured, trigger, properties: new Map(texts) };
  return new Task(settings, messageInjector(injectorSettings(element, context, name, properties)));
}

/** One of `cron`, `interval` with or without `count`, `count="1"`, `once="true"`; nothing is one run. */
function compileTrigger(
  element: ConfigElement,
  context: CompileContext,
): { configured: TaskTrigger; trigger: Trigger } {
  const trigger = element.element('trigger') ?? element.fail('missing-element', 'A task needs a <trigger>');
  const text = (attribute: string): string | undefined => {
    const value = trigger.attribute(attribute);
    return value === undefined ? undefined : resolveStatic(value.trim(), trigger, context, attribute);
  };
  const number = (attribute: string): number | undefined => {
    const value = text(attribute);
    if (value === undefined || /^[+-]?\d{1,9}$/.test(value)) return value === undefined ? undefined : Number(value);
    return trigger.fail('invalid-attribute-value', `${attribute}="${value}" is no whole number`, { attribute });
  };
  const cron = text('cron');
  const once = text('once')?.toLowerCase() === 'true';
  const interval = once ? 1 : number('interval');
  const count = once ? 1 : number('count');
  if (cron !== undefined) {
    if (interval !== undefined || count !== undefined) {
      const message = 'Trigger syntax error : both cron and simple trigger attributes are present';
      trigger.fail('conflicting-attributes', message, { attribute: 'cron', hint: 'keep cron, or count and interval' });
    }
    return cronTrigger(trigger, cron);
  }
  if (interval === undefined && count !== undefined && count > 1) {
    const hint = 'add interval="…", in seconds';
    trigger.fail('missing-attribute', 'A trigger with a count of more than 1 needs an interval', { hint });
  }
  if (interval !== undefined && interval < 1) {
    trigger.fail('invalid-attribute-value', 'The interval of a trigger is 1 second or more', { attribute: 'interval' });
  }
  const times = interval === undefined ? 1 : count === undefined || count < 0 ? undefined : count;
  return {
    configured: { interval: interval ?? 1, count: times },
    trigger: { kind: 'interval', milliseconds: (interval ?? 1) * 1000, count: times },
  };
}

function cronTrigger(trigger: ConfigElement, cron: string): { configured: TaskTrigger; trigger: Trigger } {
  try {
    return { configured: { cron }, trigger: { kind: 'cron', times: cronTimes(cron) } };
  } catch (error) {
    return trigger.fail('invalid-attribute-value', `cron="${cron}" cannot be read: ${(error as Error).message}`, {
      attribute: 'cron',
      hint: 'six or seven fields, seconds first: 0 0/5 * * * ?',
    });
  }
}

interface Property {
  readonly element: ConfigElement;
  readonly text: string | undefined;
  /** The element in it. */
  readonly child: ConfigElement | undefined;
}

function readProperties(element: ConfigElement, context: CompileContext): Map<string, Property> {
  const found = new Map<string, Property>();
  for (const property of element.elements().filter(({ localName }) => localName === 'property')) {
    const name = property.attribute('name') || property.fail('missing-attribute', 'A property of a task needs a name');
    const value = property.attribute('value');
    const text = value === undefined ? undefined : resolveStatic(value.trim(), property, context, 'value');
    found.set(name, { element: property, text, child: property.elements()[0] });
    if (!injectorProperties.includes(name)) {
      const near = nearest(name, injectorProperties);
      context.report(
        property.problem('unknown-property', `A MessageInjector has no property "${name}"; it is ignored`, {
          attribute: 'name',
          severity: 'warning',
          ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
        }),
      );
    }
  }
  return found;
}

function injectorSettings(
  element: ConfigElement,
  context: CompileContext,
  task: string,
  properties: ReadonlyMap<string, Property>,
): InjectorSettings {
  const text = (name: string): string | undefined => properties.get(name)?.text || undefined;
  const refuse = (name: string, message: string): never =>
    (properties.get(name)?.element ?? element).fail('invalid-property', message);
  const target = (kind: 'sequence' | 'proxy') => {
    const name = text(`${kind}Name`) ?? refuse('injectTo', `A task that injects into a ${kind} needs ${kind}Name`);
    return { kind, name };
  };
  const injectTo = text('injectTo') ?? 'main';
  const format = text('format') ?? 'soap12';
  const message = properties.get('message')?.child;
  const registryKey = text('registryKey');
  if (!message && registryKey === undefined) {
    context.report(
      element.problem('no-message', 'The task has neither a message nor a registryKey: it will do nothing', {
        severity: 'warning',
        hint: 'add <property name="message"><your-element/></property>',
      }),
    );
  }
  return {
    task,
    message,
    registryKey,
    format: isFormat(format) ? format : refuse('format', `format is none of ${Object.keys(formats).join(', ')}`),
    to: text('to'),
    soapAction: text('soapAction'),
    target:
      injectTo === 'main'
        ? { kind: 'main' }
        : injectTo === 'sequence' || injectTo === 'proxy'
          ? target(injectTo)
          : refuse('injectTo', `injectTo is none of main, sequence, proxy: ${injectTo}`),
    sequential: text('sequential')?.toLowerCase() === 'true',
  };
}

const isFormat = (text: string): text is keyof typeof formats => text in formats;

import { requiredEntry } from '../../../mediators/entry.js';
import type { ConfigElement } from '../../configuration/element.js';
import { DOING_REST } from '../../message/content-type.js';
import type { SoapVersion } from '../../message/envelope.js';
import { Fault } from '../../message/fault.js';
import { runFlow } from '../../message/flow.js';
import { TransportHeaders } from '../../message/headers.js';
import { Message } from '../../message/message.js';
import { Payload } from '../../message/payload.js';
import { cloneInto } from '../../xml/walk.js';
import { BackgroundExchange } from '../background/background-exchange.js';
import type { Host } from '../background/host.js';
import type { Job } from './task.js';

/** What a MessageInjector injects and where (artifacts 2.6). */
export interface InjectorSettings {
  readonly task: string;
  /** The element of the body; without one, that of the registry key. */
  readonly message: ConfigElement | undefined;
  readonly registryKey: string | undefined;
  readonly format: keyof typeof formats;
  readonly to: string | undefined;
  readonly soapAction: string | undefined;
  readonly target: { readonly kind: 'main' } | { readonly kind: 'sequence' | 'proxy'; readonly name: string };
  readonly sequential: boolean;
}

interface Format {
  readonly soap: SoapVersion;
  readonly type: string;
  readonly rest: boolean;
  readonly method: string;
}

/** What the message looks like: an envelope, or plain XML. */
export const formats = {
  soap11: { soap: '1.1', type: 'text/xml', rest: false, method: 'POST' },
  soap12: { soap: '1.2', type: 'application/soap+xml', rest: false, method: 'POST' },
  pox: { soap: '1.2', type: 'application/xml', rest: true, method: 'POST' },
  get: { soap: '1.2', type: 'application/xml', rest: true, method: 'GET' },
} as const satisfies Record<string, Format>;

/** The job of `org.apache.synapse.startup.tasks.MessageInjector`: a new message each time. */
export function messageInjector(settings: InjectorSettings): Job {
  return {
    sequential: settings.sequential,
    async run(host) {
      const exchange = new BackgroundExchange(host, `task ${settings.task}`);
      const message = newMessage(settings, host, exchange);
      await inject(message, settings.target, host);
      await exchange.settle();
    },
  };
}

/** @throws Fault when there is no body for it */
function newMessage(settings: InjectorSettings, host: Host, exchange: BackgroundExchange): Message {
  const { environment } = host;
  const format: Format = formats[settings.format];
  const payload = Payload.empty(format.soap);
  cloneInto(bodyOf(settings, host), payload.body());
  const message = new Message({ environment, exchange, headers: new TransportHeaders(), payload });
  message.addressing = { to: settings.to, soapAction: settings.soapAction, action: settings.soapAction };
  message.axis2.set('messageType', format.type);
  message.axis2.set('ContentType', format.type);
  message.axis2.set('HTTP_METHOD', format.method);
  message.axis2.set(DOING_REST, format.rest);
  message.setProperty('task.name', settings.task);
  return message;
}

function bodyOf({ message, registryKey }: InjectorSettings, { environment }: Host) {
  if (message) return message.node;
  if (registryKey === undefined) throw new Fault('message or registry-key not set');
  const entry = requiredEntry(environment, registryKey);
  if (typeof entry === 'string') throw new Fault(`the entry ${registryKey} is no XML`);
  return entry;
}

async function inject(message: Message, target: InjectorSettings['target'], host: Host): Promise<void> {
  if (target.kind === 'main') return host.inject(message);
  if (target.kind === 'proxy') {
    const run = host.proxy(target.name);
    if (!run) throw new Fault(`there is no proxy service ${target.name}`);
    return run(message);
  }
  const { environment } = host;
  const sequence = environment.sequence(target.name);
  if (!sequence) throw new Fault(`there is no sequence ${target.name}`);
  const fault = environment.sequence('fault');
  if (fault) message.faultStack.push(fault);
  await runFlow(message, (flow) => sequence.mediate(flow));
}

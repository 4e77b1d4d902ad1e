import type { ApigeeMessage } from './message.js';

/** What of a flow the variables below tell. */
interface FlowFacts {
  readonly runtime: { readonly organization: { readonly name: string }; readonly environment: string; now(): number };
  readonly proxy: { readonly name: string; readonly revision: string; readonly endpoint: string };
  readonly client: { readonly address: string; readonly secure: boolean; readonly host: string; readonly port: number };
  readonly messageId: string;
  readonly receivedUri: string;
  readonly startedAt: number;
  readonly basePath: string;
  readonly pathSuffix: string;
  readonly flowName: string;
  readonly phase: string;
  readonly fault: unknown;
  readonly request: ApigeeMessage;
  readonly targetTimes: {
    readonly sentStart?: number;
    readonly sentEnd?: number;
    readonly receivedStart?: number;
    readonly receivedEnd?: number;
  };
}

/** `Wed, 21 Aug 2013 19:16:47 UTC`; undefined for a time that has not come. */
function timeText(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toUTCString().replace('GMT', 'UTC');
}

/** Variables that nobody sets (api-management 2.4), read only but for `proxy.pathsuffix`. */
export const systemVariables: Readonly<Record<string, (flow: FlowFacts) => unknown>> = {
  __proto__: null as never,
  'proxy.pathsuffix': (flow) => flow.pathSuffix,
  'proxy.basepath': (flow) => flow.basePath,
  'proxy.name': (flow) => flow.proxy.endpoint,
  'proxy.url': ({ client, receivedUri }) => `${client.secure ? 'https' : 'http'}://${client.host}${receivedUri}`,
  'proxy.client.ip': ({ request, client }) =>
    request.headers.get('X-Forwarded-For')?.split(',')[0]?.trim() || client.address,
  'client.ip': (flow) => flow.client.address,
  'client.host': (flow) => flow.client.address,
  'client.scheme': (flow) => (flow.client.secure ? 'https' : 'http'),
  'virtualhost.name': (flow) => (flow.client.secure ? 'secure' : 'default'),
  'virtualhost.ssl.enabled': (flow) => flow.client.secure,
  'apiproxy.name': (flow) => flow.proxy.name,
  'apiproxy.revision': (flow) => flow.proxy.revision,
  'organization.name': (flow) => flow.runtime.organization.name,
  'environment.name': (flow) => flow.runtime.environment,
  messageid: (flow) => flow.messageId,
  'current.flow.name': (flow) => flow.flowName,
  'is.error': (flow) => flow.fault !== undefined,
  'system.timestamp': (flow) => flow.runtime.now(),
  'system.time': (flow) => timeText(flow.runtime.now()),
  'system.time.year': (flow) => new Date(flow.runtime.now()).getUTCFullYear(),
  'system.time.month': (flow) => new Date(flow.runtime.now()).getUTCMonth() + 1,
  'system.time.day': (flow) => new Date(flow.runtime.now()).getUTCDate(),
  'system.time.dayofweek': (flow) => new Date(flow.runtime.now()).getUTCDay() + 1,
  'system.time.hour': (flow) => new Date(flow.runtime.now()).getUTCHours(),
  'system.time.minute': (flow) => new Date(flow.runtime.now()).getUTCMinutes(),
  'system.time.second': (flow) => new Date(flow.runtime.now()).getUTCSeconds(),
  'system.time.millisecond': (flow) => new Date(flow.runtime.now()).getUTCMilliseconds(),
  'system.time.zone': () => 'UTC',
  'system.uuid': (flow) => flow.messageId,
  'client.received.start.timestamp': (flow) => flow.startedAt,
  'client.received.start.time': (flow) => timeText(flow.startedAt),
  'target.sent.start.timestamp': ({ targetTimes }) => targetTimes.sentStart,
  'target.sent.start.time': ({ targetTimes }) => timeText(targetTimes.sentStart),
  'target.sent.end.timestamp': ({ targetTimes }) => targetTimes.sentEnd,
  'target.sent.end.time': ({ targetTimes }) => timeText(targetTimes.sentEnd),
  'target.received.start.timestamp': ({ targetTimes }) => targetTimes.receivedStart,
  'target.received.start.time': ({ targetTimes }) => timeText(targetTimes.receivedStart),
  'target.received.end.timestamp': ({ targetTimes }) => targetTimes.receivedEnd,
  'target.received.end.time': ({ targetTimes }) => timeText(targetTimes.receivedEnd),
};

export function readSystemVariable(flow: FlowFacts, name: string): unknown {
  return systemVariables[name]?.(flow);
}

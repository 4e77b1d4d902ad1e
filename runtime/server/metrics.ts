import type { Counters } from '../outbound-oauth/counters.js';
import type { InternalAnswer, InternalRoutes } from './internal.js';

/** One metric with a value for each set of labels. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Gives the metrics as they stand. */
export type CollectMetrics = () => readonly MetricFamily[] | Promise<readonly MetricFamily[]>;

/**
 * The metrics of artifacts 6.2, in the text format 0.0.4 of Prometheus.
 * @param collect asked at each request
 */
export function metricRoutes(collect: CollectMetrics): InternalRoutes {
  const answer = async (): Promise<InternalAnswer> => ({
    status: 200,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    body: (await collect()).map(familyText).join(''),
  });
  return new Map([['/metric-service/metrics', answer]]);
}

/** The metrics of several processes as if they were one: values of the same labels are added. */
export function addMetrics(all: readonly (readonly MetricFamily[])[]): MetricFamily[] {
  const families = new Map<string, MetricFamily & { readonly sums: Map<string, MetricFamily['samples'][number]> }>();
  for (const family of all.flat()) {
    const known = families.get(family.name) ?? { ...family, sums: new Map() };
    families.set(family.name, known);
    for (const { labels, value } of family.samples) {
      const key = JSON.stringify(labels);
      known.sums.set(key, { labels, value: value + (known.sums.get(key)?.value ?? 0) });
    }
  }
  return [...families.values()].map(({ sums, ...family }) => ({ ...family, samples: [...sums.values()] }));
}

function familyText({ name, help, type, samples }: MetricFamily): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`));
}

/** What is counted of tokens, and what the metric is called. */
const tokenFamilies: readonly [member: keyof Counters, name: string, help: string][] = [
  ['fetched', 'fetches_total', 'Calls to a token endpoint that brought a token.'],
  ['failed', 'fetch_failures_total', 'Calls to a token endpoint that brought none.'],
  ['hits', 'hits_total', 'Requests that found a token kept.'],
  ['shared', 'shared_total', 'Tokens that another node had fetched.'],
  ['waits', 'waits_total', 'Requests that waited for a call which another one had begun.'],
  ['refused', 'refusals_total', 'Requests that got no token.'],
  ['refreshes', 'refreshes_total', 'Calls begun beside the traffic, before the token ended.'],
  ['purges', 'purges_total', 'Tokens dropped because the backend refused them.'],
];

/** Tokens for the way out (api-management 3.2), by the artifact that they are for. */
export function tokenMetrics(counters: ReadonlyMap<string, Counters>): MetricFamily[] {
  return tokenFamilies.map(([member, name, help]) => ({
    name: `mediant_outbound_oauth_${name}`,
    help,
    type: 'counter',
    samples: [...counters].map(([owner, counted]) => ({ labels: { owner }, value: counted[member] })),
  }));
}

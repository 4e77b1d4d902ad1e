import type { Counters } from '../outbound-oauth/counters.js';
import type { InternalAnswer, InternalRoutes } from './internal.js';

/** One metric with a value for each set of labels. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/**
 * The metrics of artifacts 6.2, in the text format 0.0.4 of Prometheus.
 * @param collectors asked at each request, one after another
 */
export function metricRoutes(collectors: readonly (() => readonly MetricFamily[])[]): InternalRoutes {
  const answer = (): InternalAnswer => ({
    status: 200,
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    body: collectors
      .flatMap((collect) => collect())
      .map(familyText)
      .join(''),
  });
  return new Map([['/metric-service/metrics', answer]]);
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

import type { FlowRuntime } from '../flow-context.js';
import type { TargetServer } from '../organization.js';

export type Algorithm = 'RoundRobin' | 'Weighted' | 'LeastConnections';

export interface BalancedServer {
  /** Name of a target server of the environment. */
  readonly name: string;
  readonly weight: number;
  /** Used when no other one is left. */
  readonly isFallback: boolean;
}

export interface BalancerSettings {
  readonly algorithm: Algorithm;
  readonly servers: readonly BalancedServer[];
  /** Failures in a row after which a server is left alone; 0: never. */
  readonly maxFailures: number;
  /** Milliseconds for which it is left alone then. */
  readonly restTime: number;
  /** Whether a failed request goes to another server. */
  readonly retries: boolean;
}

interface ServerState {
  failures: number;
  restsUntil: number;
  connections: number;
  /** For weights: grows by the weight at each choice, falls by the sum for the chosen one. */
  credit: number;
}

/** A server that was chosen for a request. */
export interface Choice {
  readonly server: TargetServer;
  /** To be called once, when the request is over. */
  release(succeeded: boolean): void;
}

/** Chooses target servers for the requests of one target endpoint; it lives as long as the deployment. */
export class LoadBalancer {
  readonly #states = new Map<BalancedServer, ServerState>();
  #turn = 0;

  constructor(readonly settings: BalancerSettings) {
    for (const server of settings.servers) {
      this.#states.set(server, { failures: 0, restsUntil: 0, connections: 0, credit: 0 });
    }
  }

  /**
   * @param tried names of servers that this request has failed at
   * @returns undefined when no server is left
   */
  choose({ organization, environment, now }: FlowRuntime, tried: ReadonlySet<string>): Choice | undefined {
    const time = now();
    const usable = this.settings.servers.flatMap((configured) => {
      const server = organization.targetServer(environment, configured.name);
      const isUsable = server?.isEnabled && !tried.has(configured.name) && this.#state(configured).restsUntil <= time;
      return isUsable ? [{ configured, server }] : [];
    });
    const regular = usable.filter(({ configured }) => !configured.isFallback);
    const among = regular.length > 0 ? regular : usable;
    const chosen = among[this.#index(among.map(({ configured }) => configured))];
    if (!chosen) return undefined;
    const state = this.#state(chosen.configured);
    state.connections++;
    return {
      server: chosen.server,
      release: (succeeded) => {
        state.connections--;
        this.#note(state, succeeded, now());
      },
    };
  }

  #index(among: readonly BalancedServer[]): number {
    if (among.length < 2) return 0;
    switch (this.settings.algorithm) {
      case 'RoundRobin':
        return this.#turn++ % among.length;
      case 'Weighted':
        return this.#weighted(among);
      case 'LeastConnections':
        return this.#least(among);
    }
  }

  /** Evenly mixed: in each round of as many requests as the weights' sum, a server gets as many as its weight. */
  #weighted(among: readonly BalancedServer[]): number {
    let best = 0;
    let sum = 0;
    for (const [index, server] of among.entries()) {
      this.#state(server).credit += server.weight;
      sum += server.weight;
      if (this.#state(server).credit > this.#state(among[best] as BalancedServer).credit) best = index;
    }
    this.#state(among[best] as BalancedServer).credit -= sum;
    return best;
  }

  /** Among equals they take turns. */
  #least(among: readonly BalancedServer[]): number {
    const fewest = Math.min(...among.map((server) => this.#state(server).connections));
    const equals = [...among.keys()].filter(
      (index) => this.#state(among[index] as BalancedServer).connections === fewest,
    );
    return equals[this.#turn++ % equals.length] ?? 0;
  }

  #note(state: ServerState, succeeded: boolean, time: number): void {
    state.failures = succeeded ? 0 : state.failures + 1;
    const { maxFailures, restTime } = this.settings;
    if (maxFailures === 0 || state.failures < maxFailures) return;
    state.failures = 0;
    state.restsUntil = time + restTime;
  }

  #state(server: BalancedServer): ServerState {
    return this.#states.get(server) as ServerState;
  }
}

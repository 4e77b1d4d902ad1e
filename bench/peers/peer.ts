import type { ScenarioName } from '../compare/scenarios.js';

export interface Setting {
  /** Where to listen, on 127.0.0.1. */
  readonly port: number;
  readonly backendPort: number;
  /** Cores that the peer may use. */
  readonly cores: number;
  /** An empty folder for this run. */
  readonly run: string;
}

/** A server in the foreground that ends on SIGTERM. */
export interface Command {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway under comparison. CPU time and memory of its process and all its children are counted. */
export interface Peer {
  readonly name: string;
  /**
   * Installs what is missing. Returns the version as the tables show it.
   * @throws Error saying why the peer cannot be had on this machine; it is then reported as absent
   */
  prepare(): string;
  start(setting: Setting): Command;
  /** Takes no part where it may use fewer. */
  readonly needsCores?: number;
  /** Any answer below 500 under this path counts as ready. */
  readonly ready: string;
  /** Least warm-up of a scenario: seconds for the first size and each further one, also so many requests. */
  readonly warm: { readonly first: number; readonly next: number; readonly max: number; readonly requests?: number };
  /** Paths by scenario; a scenario without one is not run for this peer. */
  readonly scenarios: Partial<Readonly<Record<ScenarioName, string>>>;
}

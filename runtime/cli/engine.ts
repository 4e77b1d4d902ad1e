import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { Problem } from '../configuration/problem.js';
import type { Operations } from '../deploy/operation.js';
import type { Listener } from '../server/process-ready.js';
import type { SuiteReport } from '../server/unit-test/report.js';
import type { Settings } from '../settings/load.js';

export type { SuiteReport };

/** What the commands call: the package's own exports (product 4). */
export interface Engine {
  createServer(settings: Settings): Promise<RunningServer>;
  /** @param options.operations operations of connectors that the artifact may use */
  check(
    xml: string,
    options: { file: string; operations?: Operations; mediators?: readonly MediatorDefinition[] },
  ): Problem[];
  /** Writes the native form of what a flow does by hand. */
  convert(xml: string, options: { file: string }): Conversion;
  run(sequenceXml: string, message: DryRunMessage, options: DryRunOptions): Promise<DryRunResult>;
  /** @param options.warn told what the engine only logs */
  evaluate(
    expression: string,
    message: DryRunMessage,
    options?: { warn?: (text: string) => void },
  ): Promise<EvalResult>;
  /** The unit-test suites of a path. @throws Error with code ENOENT */
  findSuites(path: string): string[];
  runSuite(
    text: string,
    file: string,
    options: { mediators: readonly MediatorDefinition[]; coverage: boolean },
  ): Promise<SuiteReport>;
  hasPassed(report: SuiteReport): boolean;
  /** Tells the story of the main job on real HTTP; resolves with whether every step ended as it should. */
  demo(options: { keep: boolean; print: (text: string) => void }): Promise<boolean>;
}

export interface Conversion {
  xml: string;
  /** Lines at which something was converted; none when there was nothing. */
  lines: readonly number[];
  endpointSecurity: readonly Readonly<Record<string, unknown>>[];
}

export interface RunningServer {
  readonly addresses: readonly Listener[];
  /** Re-reads configuration and certificates without dropping a request. */
  reload(): Promise<void>;
  /** Answers what is running, writes out what is buffered and frees the ports. */
  close(): Promise<void>;
}

/** A message for a dry run or an evaluation (product 5). */
export interface DryRunMessage {
  method?: string;
  path?: string;
  headers?: Record<string, string | string[]>;
  contentType?: string;
  body?: string | Buffer;
  properties?: { [Scope in PropertyScope]?: Record<string, unknown> };
  variables?: Record<string, unknown>;
}

export const propertyScopes = ['default', 'axis2', 'operation', 'registry', 'transport'] as const;
export type PropertyScope = (typeof propertyScopes)[number];

export interface DryRunOptions {
  /** Name of the sequence's file in messages. */
  file: string;
  /** Paths of artifacts that the sequence refers to. */
  deploy: string[];
  /** Files of mock services (artifacts 5.5). */
  mock: string[];
  showSecrets: boolean;
  mediators?: readonly MediatorDefinition[];
}

/** What came out of a dry run (product 5). */
export interface DryRunResult {
  outcome: 'completed' | 'responded' | 'dropped' | 'sent' | 'faulted';
  message: { contentType?: string | undefined; body: string; headers: Record<string, unknown> };
  response?:
    | { status: number; reason?: string | undefined; headers: Record<string, unknown>; body: string }
    | undefined;
  steps: readonly {
    mediator: string;
    artifact?: string | undefined;
    line?: number | undefined;
    ms: number;
    writes: readonly { what: string; name: string; before?: unknown; after?: unknown }[];
    note?: string | undefined;
  }[];
  calls: readonly {
    method: string;
    url: string;
    status?: number | undefined;
    ms: number;
    error?: string | undefined;
  }[];
  logs: readonly { level: string; text: string }[];
  error?:
    | {
        code?: number | string | undefined;
        message: string;
        artifact?: string | undefined;
        mediator?: string | undefined;
        line?: number | undefined;
      }
    | undefined;
}

export interface EvalResult {
  kind: 'string' | 'number' | 'boolean' | 'nodes' | 'json' | 'missing';
  text: string;
  value: unknown;
}

/** The figures of a comparison as they are kept in bench/results/. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inCheckout } from './files.js';
import type { Run } from './load.js';
import type { ScenarioName } from './scenarios.js';

export interface CellResult {
  readonly scenario: ScenarioName;
  readonly size: number;
  readonly peer: string;
  /** When it was measured, ISO 8601; cells of one scenario and size are always of the same run. */
  readonly date: string;
  /** In the order of the rounds, which are the same for all peers of the cell. */
  readonly runs: Run[];
  /** Why it was not measured. */
  wrong?: string;
}

export interface PeerResult {
  readonly name: string;
  /** Undefined when it is absent. */
  readonly version?: string;
  /** Why it took no part. */
  readonly absent?: string;
  readonly startMs?: number;
  /** Megabytes, two seconds after the start. */
  readonly idle?: number;
}

export interface Comparison {
  readonly date: string;
  readonly machine: string;
  /** The command that made it. */
  readonly command: string;
  readonly connections: number;
  readonly peers: readonly PeerResult[];
  readonly cells: readonly CellResult[];
}

/** `one-core` for runs with --pin, else `all-cores`. */
export type Layout = 'all-cores' | 'one-core';

const fileOf = (layout: Layout): string => inCheckout(`bench/results/${layout}.json`);

export function readComparison(layout: Layout): Comparison | undefined {
  const file = fileOf(layout);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Comparison) : undefined;
}

/**
 * Keeps a comparison. Cells of an earlier one that this one did not measure stay, so that the whole can be measured in
 * parts; each part is complete in itself. @returns the file
 */
export function keepComparison(layout: Layout, made: Comparison): string {
  const key = ({ scenario, size }: CellResult): string => `${scenario} ${size}`;
  const measured = new Set(made.cells.map(key));
  const earlier = readComparison(layout);
  const cells = [...(earlier?.cells.filter((cell) => !measured.has(key(cell))) ?? []), ...made.cells];
  const peers = [
    ...(earlier?.peers.filter(({ name }) => made.peers.every((one) => one.name !== name)) ?? []),
    ...made.peers,
  ];
  const file = fileOf(layout);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...made, peers, cells }, undefined, 1)}\n`);
  return file;
}

import { readFileSync } from 'node:fs';

/** Folder of the recordings and their lists; the compiled tests run from `dist/`. */
export const folder = new URL('../../../test/conformance/', import.meta.url);

/** What is recorded of one request and what came of it (README of the recordings). */
export interface Observation {
  error?: string;
  status?: number;
  reason?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  backend?: unknown[];
  logs?: string[];
}

/** A recorded case; only what the tests here read. */
export interface Case {
  id: string;
  rule: string;
  expect: Observation;
  /** False: log lines are not compared. */
  expectLogs?: boolean;
}

/** A case that Mediant answers in its own way: why, and how. `docs/differences.md` explains the rules. */
export interface Difference {
  reason: string;
  expect: Observation;
}

/** Areas (file names) and single ids that need what is not built yet; this list only ever shrinks. */
export interface Pending {
  areas: string[];
  ids: string[];
}

export function readJson<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Content;
}

export const pending = readJson<Pending>('pending.json');
export const differences = readJson<Record<string, Difference>>('differences.json');

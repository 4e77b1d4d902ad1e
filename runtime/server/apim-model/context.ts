import type { Kysely } from 'kysely';
import type { Problem } from '../../configuration/problem.js';
import type { Secrets } from '../../store/secrets.js';
import type { Schema, Store } from '../../store/store.js';
import type { Changes } from './changes.js';

/** Checks one sequence document as `mediant check` does (product 4). */
export type CheckSequence = (xml: string, options: { file: string }) => Problem[];

/** What every service of the model works with. */
export interface ModelContext {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly changes: Changes;
  readonly checkSequence: CheckSequence;
}

/** The store inside or outside of a transaction. */
export type Db = Kysely<Schema>;

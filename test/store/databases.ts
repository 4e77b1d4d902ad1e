import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A fresh, empty database of one kind; `drop` removes it with all that was written. */
export interface TestDatabase {
  /** For `openStore`. */
  url: string;
  /** A home directory of its own. */
  home: string;
  drop(): Promise<void>;
}

/**
 * The kinds of database a store test runs on: `for (const { kind, create } of databases) describe(kind, …)`.
 * PostgreSQL: the server of DATABASE_URL, else 127.0.0.1:5432 with trust authentication.
 */
export const databases: { kind: string; create(): Promise<TestDatabase> }[] = [
  { kind: 'embedded', create: createEmbedded },
];

const server = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const unreachable = await ask(server, 'select 1').then(
  () => undefined,
  (error: unknown) => error,
);
if (unreachable === undefined) databases.push({ kind: 'PostgreSQL', create: createPostgres });
else if (process.env.MEDIANT_REQUIRE_POSTGRES === '1') throw unreachable;
else {
  process.stderr.write(
    '\n*** The store tests did NOT run on PostgreSQL: none listens at DATABASE_URL or 127.0.0.1:5432. ***\n\n',
  );
}

/** An empty directory, for a home. */
export function makeHome(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'mediant-test-'));
}

async function createEmbedded(): Promise<TestDatabase> {
  const home = await makeHome();
  return {
    url: `file:${join(home, 'mediant.db')}`,
    home,
    drop: () => rm(home, { recursive: true, force: true }),
  };
}

async function createPostgres(): Promise<TestDatabase> {
  const name = `mediant_test_${randomBytes(6).toString('hex')}`;
  const home = await makeHome();
  await ask(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    home,
    drop: async () => {
      await ask(server, `drop database ${name} with (force)`);
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => {});
  }
}

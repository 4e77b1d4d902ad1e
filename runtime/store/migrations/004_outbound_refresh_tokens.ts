import type { Kysely } from 'kysely';

/** Refresh tokens for backends that their servers have replaced. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('outbound_refresh_tokens')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
}

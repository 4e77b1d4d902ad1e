import type { Kysely } from 'kysely';

/** Apigee organisations: bundles and their deployments, developers with apps and keys, products, maps, tokens. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('apigee_organizations')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await entityTable(db, 'apigee_documents')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('apigee_documents_key', ['organization', 'kind', 'environment', 'name'])
    .execute();
  await bundles(db);
  await consumers(db);
  await maps(db);
  await tokens(db);
}

/** A table whose rows go with their organisation. */
function entityTable(db: Kysely<unknown>, name: string) {
  return db.schema
    .createTable(name)
    .addColumn('organization', 'text', (column) =>
      column.notNull().references('apigee_organizations.name').onDelete('cascade'),
    );
}

async function bundles(db: Kysely<unknown>): Promise<void> {
  const bundleKey = ['organization', 'kind', 'bundle'] as const;
  await entityTable(db, 'apigee_bundles')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('last_revision', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('apigee_bundles_key', ['organization', 'kind', 'name'])
    .execute();
  await db.schema
    .createTable('apigee_revisions')
    .addColumn('organization', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('bundle', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('archive', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('apigee_revisions_key', [...bundleKey, 'number'])
    .addForeignKeyConstraint(
      'apigee_revisions_bundle',
      [...bundleKey],
      'apigee_bundles',
      ['organization', 'kind', 'name'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createTable('apigee_deployments')
    .addColumn('organization', 'text', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('bundle', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('base_path', 'text', (column) => column.notNull())
    .addColumn('deployed_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('apigee_deployments_key', ['organization', 'environment', 'kind', 'bundle'])
    .addForeignKeyConstraint(
      'apigee_deployments_revision',
      [...bundleKey, 'number'],
      'apigee_revisions',
      [...bundleKey, 'number'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
}

async function consumers(db: Kysely<unknown>): Promise<void> {
  await entityTable(db, 'apigee_developers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('email_key', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('apigee_developers_email', ['organization', 'email_key'])
    .execute();
  await db.schema
    .createTable('apigee_apps')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('developer_id', 'text', (column) =>
      column.notNull().references('apigee_developers.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('apigee_apps_name', ['developer_id', 'name'])
    .execute();
  await db.schema
    .createTable('apigee_credentials')
    .addColumn('app_id', 'text', (column) => column.notNull().references('apigee_apps.id').onDelete('cascade'))
    .addColumn('key_digest', 'text', (column) => column.primaryKey())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('apigee_credentials_app').on('apigee_credentials').column('app_id').execute();
}

async function maps(db: Kysely<unknown>): Promise<void> {
  const place = ['organization', 'scope', 'environment', 'proxy', 'policy', 'name'] as const;
  await entityTable(db, 'apigee_maps')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('proxy', 'text', (column) => column.notNull())
    .addColumn('policy', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('encrypted', 'integer', (column) => column.notNull())
    .addUniqueConstraint('apigee_maps_place', [...place])
    .execute();
  await db.schema
    .createTable('apigee_map_entries')
    .addColumn('map_id', 'text', (column) => column.notNull().references('apigee_maps.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('apigee_map_entries_key', ['map_id', 'key'])
    .execute();
}

async function tokens(db: Kysely<unknown>): Promise<void> {
  await entityTable(db, 'apigee_tokens')
    .addColumn('access_digest', 'text', (column) => column.notNull())
    .addColumn('refresh_digest', 'text')
    .addColumn('client_digest', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('refresh_status', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('purge_at', 'bigint')
    .addPrimaryKeyConstraint('apigee_tokens_key', ['organization', 'access_digest'])
    .execute();
  await db.schema
    .createIndex('apigee_tokens_refresh')
    .on('apigee_tokens')
    .columns(['organization', 'refresh_digest'])
    .execute();
  await db.schema
    .createIndex('apigee_tokens_client')
    .on('apigee_tokens')
    .columns(['organization', 'client_digest'])
    .execute();
  await entityTable(db, 'apigee_codes')
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('apigee_codes_key', ['organization', 'digest'])
    .execute();
}

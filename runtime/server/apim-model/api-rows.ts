import { createHash } from 'node:crypto';
import type { ApiRow } from '../../store/api-management-schema.js';
import type { Secrets } from '../../store/secrets.js';
import type { Api, ApiDocument } from './api-document.js';
import type { LifecycleStatus } from './lifecycle.js';

/** Secrets as they stand in the store: one encrypted text, null when there are none. */
export function sealSecrets(secrets: Secrets, values: ReadonlyMap<string, string>): string | null {
  return values.size === 0 ? null : secrets.encrypt(JSON.stringify([...values]));
}

export function unsealSecrets(secrets: Secrets, sealed: string | null): Map<string, string> {
  return sealed === null ? new Map() : new Map(JSON.parse(secrets.decrypt(sealed)) as [string, string][]);
}

export function readApi(secrets: Secrets, row: ApiRow): Api {
  return {
    id: row.id,
    status: row.status as LifecycleStatus,
    document: JSON.parse(row.document) as ApiDocument,
    secrets: unsealSecrets(secrets, row.sealed),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Members by which the store finds and tells apart APIs, and the document. */
export function apiColumns(
  document: ApiDocument,
): Pick<ApiRow, 'name' | 'name_key' | 'context_key' | 'version' | 'document'> {
  return {
    name: document.name,
    name_key: document.name.toLowerCase(),
    context_key: document.context.toLowerCase(),
    version: document.version,
    document: JSON.stringify(document),
  };
}

/** Weak tag of a stored object, for `ETag`. */
export function etagOf(id: string, updatedAt: number): string {
  return `"${createHash('md5').update(`${id} ${updatedAt}`).digest('hex')}"`;
}

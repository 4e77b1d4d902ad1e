import type { ApiManagementSchema } from './api-management-schema.js';
import type { ApigeeSchema } from './apigee-schema.js';

/**
 * Tables of the store. Only types that mean the same on both databases: `text` → string, `integer` → number below 2³¹,
 * `bigint` → number (milliseconds since 1970 and counts), JSON as `text`, booleans as `integer` 0 or 1.
 * A table added here is created by a migration in `migrations/`.
 */
export interface Schema extends ApiManagementSchema, ApigeeSchema {
  installation: InstallationTable;
  outbound_refresh_tokens: OutboundRefreshTokenTable;
}

/** Facts about this installation, one a row. */
export interface InstallationTable {
  name: string;
  value: string;
}

/** Refresh tokens for backends, by a digest of their configuration (migration 003). */
export interface OutboundRefreshTokenTable {
  key: string;
  /** Encrypted. */
  sealed: string;
  /** Milliseconds since 1970. */
  updated_at: number;
}

import type { Migration } from 'kysely';
import * as installation from './001_installation.js';
import * as apiManagement from './002_api_management.js';
import * as apigee from './003_apigee.js';
import * as outboundRefreshTokens from './004_outbound_refresh_tokens.js';

/**
 * Every migration by name, applied in the order of the names. A released migration is never changed: a later one
 * corrects it. Each runs in one transaction together with all others that are due, on either database.
 */
export const migrations: Record<string, Migration> = {
  '001_installation': installation,
  '002_api_management': apiManagement,
  '003_apigee': apigee,
  '004_outbound_refresh_tokens': outboundRefreshTokens,
};

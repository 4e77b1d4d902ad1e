/**
 * Tables of Apigee organisations (migration 003). `document` is JSON, `sealed` a text of `Secrets`. A table of an
 * organisation's entities begins its key with the organisation's name and goes with it.
 */
export interface ApigeeSchema {
  apigee_organizations: OrganizationRow;
  apigee_documents: DocumentRow;
  apigee_bundles: BundleRow;
  apigee_revisions: BundleRevisionRow;
  apigee_deployments: BundleDeploymentRow;
  apigee_developers: DeveloperRow;
  apigee_apps: AppRow;
  apigee_credentials: CredentialRow;
  apigee_maps: MapRow;
  apigee_map_entries: MapEntryRow;
  apigee_tokens: AccessTokenRow;
  apigee_codes: CodeRow;
}

export interface OrganizationRow {
  name: string;
  document: string;
  created_at: number;
}

/** Entities that are a document under a name. */
export interface DocumentRow {
  organization: string;
  kind: 'environment' | 'product' | 'cache' | 'targetserver';
  /** Empty for what belongs to the organisation itself. */
  environment: string;
  name: string;
  document: string;
  created_at: number;
}

export type BundleKind = 'apiproxy' | 'sharedflow';

/** An API proxy or a shared flow. */
export interface BundleRow {
  organization: string;
  kind: BundleKind;
  name: string;
  document: string;
  /** The highest number that was ever given; numbers of deleted revisions do not come back. */
  last_revision: number;
}

export interface BundleRevisionRow {
  organization: string;
  kind: BundleKind;
  bundle: string;
  number: number;
  document: string;
  /** The zip as it was imported, in base64. */
  archive: string;
}

export interface BundleDeploymentRow {
  organization: string;
  environment: string;
  kind: BundleKind;
  bundle: string;
  number: number;
  /** Prefix of the base paths, as the deploy call gave it. */
  base_path: string;
  deployed_at: number;
}

export interface DeveloperRow {
  id: string;
  organization: string;
  /** Lower case. */
  email_key: string;
  document: string;
  created_at: number;
}

export interface AppRow {
  id: string;
  developer_id: string;
  name: string;
  document: string;
  created_at: number;
}

/** The consumer key stands as a digest and in the sealed part: it is all that VerifyAPIKey asks for. */
export interface CredentialRow {
  app_id: string;
  key_digest: string;
  document: string;
  sealed: string;
  created_at: number;
}

export interface MapRow {
  id: string;
  organization: string;
  scope: 'organization' | 'environment' | 'apiproxy' | 'policy';
  /** Environment, proxy and policy as far as the scope has them; empty otherwise. */
  environment: string;
  proxy: string;
  policy: string;
  name: string;
  encrypted: number;
}

export interface MapEntryRow {
  map_id: string;
  key: string;
  sealed: string;
}

/** Tokens stand as digests, what was granted in the sealed part. */
export interface AccessTokenRow {
  organization: string;
  access_digest: string;
  refresh_digest: string | null;
  client_digest: string;
  /** Tells apart the tokens that were given for one refresh token. */
  issued_at: number;
  status: string;
  refresh_status: string;
  sealed: string;
  /** When the row may go: some days after the last of both tokens is over; null: never. */
  purge_at: number | null;
}

export interface CodeRow {
  organization: string;
  digest: string;
  sealed: string;
  expires_at: number;
}

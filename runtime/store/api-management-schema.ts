/** Tables of API management (migration 002). `document` is JSON, `sealed` and `payload` are texts of `Secrets`. */
export interface ApiManagementSchema {
  users: UserRow;
  oauth_clients: ClientRow;
  oauth_tokens: TokenRow;
  oauth_revocations: { jti: string; expires_at: number };
  signing_keys: { kid: string; key: string; created_at: number };
  apis: ApiRow;
  api_revisions: RevisionRow;
  api_deployments: DeploymentRow;
  api_history: HistoryRow;
  policies: PolicyRow;
  applications: ApplicationRow;
  application_keys: ApplicationKeyRow;
  subscriptions: SubscriptionRow;
}

export interface UserRow {
  name: string;
  password_hash: string;
  /** JSON array. */
  roles: string;
  created_at: number;
}

export interface ClientRow {
  id: string;
  owner: string;
  name: string;
  /** Encrypted. */
  secret: string;
  document: string;
  created_at: number;
}

export interface TokenRow {
  /** Digest of model and token: the token itself stands only in the encrypted payload. */
  key: string;
  model: string;
  client_id: string | null;
  subject: string | null;
  scope: string | null;
  grant_id: string | null;
  payload: string;
  expires_at: number | null;
  consumed_at: number | null;
}

export interface ApiRow {
  id: string;
  name: string;
  /** Lower case, for the names that differ by case only. */
  name_key: string;
  context_key: string;
  version: string;
  status: string;
  document: string;
  sealed: string | null;
  created_at: number;
  updated_at: number;
}

export interface RevisionRow {
  id: string;
  api_id: string;
  /** From 1; 0 is the working copy that v0.16 and v1 deploy by publishing. */
  number: number;
  description: string;
  document: string;
  sealed: string | null;
  /** JSON array of the policies as they were. */
  policies: string;
  created_at: number;
}

export interface DeploymentRow {
  api_id: string;
  environment: string;
  revision_id: string;
  vhost: string;
  shown: number;
  deployed_at: number;
}

export interface HistoryRow {
  id: string;
  api_id: string;
  previous_state: string | null;
  post_state: string;
  user: string;
  at: number;
}

export interface PolicyRow {
  id: string;
  /** Null: a common policy. */
  api_id: string | null;
  name: string;
  version: string;
  document: string;
  definition: string;
  created_at: number;
}

export interface ApplicationRow {
  id: string;
  owner: string;
  name: string;
  document: string;
  created_at: number;
}

export interface ApplicationKeyRow {
  id: string;
  application_id: string;
  key_type: string;
  client_id: string;
  document: string;
  created_at: number;
}

export interface SubscriptionRow {
  id: string;
  application_id: string;
  api_id: string;
  tier: string;
  status: string;
  created_at: number;
}

import type { Apis } from '../apim-model/apis.js';
import type { Applications } from '../apim-model/applications.js';
import type { Policies } from '../apim-model/policies.js';
import type { Publication } from '../apim-model/publication.js';
import type { Revisions } from '../apim-model/revisions.js';
import type { Subscriptions } from '../apim-model/subscriptions.js';

/** Services behind the publisher's routes. */
export interface PublisherParts {
  readonly apis: Apis;
  readonly policies: Policies;
  readonly revisions: Revisions;
  readonly publication: Publication;
  readonly subscriptions: Subscriptions;
  readonly applications: Applications;
}

/** Removes a policy of an API, or a common one. */
export function removePolicy(apiId: string | undefined, id: string, parts: PublisherParts): Promise<void> {
  return apiId === undefined ? parts.policies.remove(undefined, id) : parts.apis.removePolicy(apiId, id);
}

/** Scopes of the publisher's operations; one of a list is enough (api-management 1.2). */
export const scopes = {
  view: ['apim:api_view', 'apim:api_create', 'apim:api_publish', 'apim:api_manage', 'apim:admin'],
  create: ['apim:api_create', 'apim:api_manage'],
  update: ['apim:api_create', 'apim:api_publish', 'apim:api_manage'],
  remove: ['apim:api_delete', 'apim:api_create', 'apim:api_manage'],
  publish: ['apim:api_publish', 'apim:api_manage'],
  deploy: ['apim:api_create', 'apim:api_publish', 'apim:api_manage'],
  policyView: [
    'apim:api_view',
    'apim:api_create',
    'apim:api_manage',
    'apim:mediation_policy_view',
    'apim:mediation_policy_manage',
    'apim:api_mediation_policy_manage',
    'apim:common_operation_policy_view',
    'apim:common_operation_policy_manage',
  ],
  policyWrite: [
    'apim:api_create',
    'apim:api_manage',
    'apim:mediation_policy_create',
    'apim:mediation_policy_manage',
    'apim:api_mediation_policy_manage',
  ],
  commonPolicyWrite: [
    'apim:common_operation_policy_manage',
    'apim:mediation_policy_create',
    'apim:mediation_policy_manage',
    'apim:policies_import_export',
    'apim:admin',
  ],
  subscriptionView: ['apim:subscription_view', 'apim:subscription_manage', 'apim:api_manage'],
  subscriptionBlock: ['apim:subscription_block', 'apim:subscription_manage', 'apim:api_manage'],
  tierView: ['apim:tier_view', 'apim:tier_manage', 'apim:api_view', 'apim:admin'],
} as const;

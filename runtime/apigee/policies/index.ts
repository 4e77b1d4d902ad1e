import type { PolicyDefinition } from '../policy.js';
import { accessEntity } from './access-entity.js';
import { assignMessage } from './assign-message.js';
import { basicAuthentication } from './basic-authentication.js';
import { generateJwt } from './generate-jwt.js';
import { javascript } from './javascript.js';
import { oauthV2 } from './oauth-v2.js';
import { raiseFault } from './raise-fault.js';
import { verifyApiKey } from './verify-api-key.js';
import { verifyJwt } from './verify-jwt.js';

/** Every policy type that runs; adding one is a file and a line here. */
export const policies: readonly PolicyDefinition[] = [
  accessEntity,
  assignMessage,
  basicAuthentication,
  generateJwt,
  javascript,
  oauthV2,
  raiseFault,
  verifyApiKey,
  verifyJwt,
];

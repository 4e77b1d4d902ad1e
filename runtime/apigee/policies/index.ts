import type { PolicyDefinition } from '../policy.js';
import { accessEntity } from './access-entity.js';
import { assignMessage } from './assign-message.js';
import { basicAuthentication } from './basic-authentication.js';
import { extractVariables } from './extract-variables.js';
import { flowCallout } from './flow-callout.js';
import { generateJwt } from './generate-jwt.js';
import { invalidateCache } from './invalidate-cache.js';
import { javascript } from './javascript.js';
import { jsonToXml } from './json-to-xml.js';
import { keyValueMapOperations } from './key-value-map-operations.js';
import { lookupCache } from './lookup-cache.js';
import { oauthV2 } from './oauth-v2.js';
import { populateCache } from './populate-cache.js';
import { quota } from './quota.js';
import { raiseFault } from './raise-fault.js';
import { regularExpressionProtection } from './regular-expression-protection.js';
import { responseCache } from './response-cache.js';
import { serviceCallout } from './service-callout.js';
import { spikeArrest } from './spike-arrest.js';
import { verifyApiKey } from './verify-api-key.js';
import { verifyJwt } from './verify-jwt.js';
import { xmlToJson } from './xml-to-json.js';
import { xsl } from './xsl.js';

/** Every policy type that runs; adding one is a file and a line here. */
export const policies: readonly PolicyDefinition[] = [
  accessEntity,
  assignMessage,
  basicAuthentication,
  extractVariables,
  flowCallout,
  generateJwt,
  invalidateCache,
  javascript,
  jsonToXml,
  keyValueMapOperations,
  lookupCache,
  oauthV2,
  populateCache,
  quota,
  raiseFault,
  regularExpressionProtection,
  responseCache,
  serviceCallout,
  spikeArrest,
  verifyApiKey,
  verifyJwt,
  xmlToJson,
  xsl,
];

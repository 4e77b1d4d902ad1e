import type { PolicyDefinition } from '../policy.js';
import { accessEntity } from './access-entity.js';
import { assignMessage } from './assign-message.js';
import { basicAuthentication } from './basic-authentication.js';
import { generateJwt } from './generate-jwt.js';
import { javascript } from './javascript.js';
import { jsonToXml } from './json-to-xml.js';
import { keyValueMapOperations } from './key-value-map-operations.js';
import { oauthV2 } from './oauth-v2.js';
import { quota } from './quota.js';
import { raiseFault } from './raise-fault.js';
import { regularExpressionProtection } from './regular-expression-protection.js';
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
  generateJwt,
  javascript,
  oauthV2,
  raiseFault,
  jsonToXml,
  keyValueMapOperations,
  quota,
  regularExpressionProtection,
  spikeArrest,
  xmlToJson,
  xsl,
  verifyApiKey,
  verifyJwt,
];

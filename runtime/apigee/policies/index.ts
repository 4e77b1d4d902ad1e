import type { PolicyDefinition } from '../policy.js';
import { assignMessage } from './assign-message.js';
import { extractVariables } from './extract-variables.js';
import { flowCallout } from './flow-callout.js';
import { invalidateCache } from './invalidate-cache.js';
import { lookupCache } from './lookup-cache.js';
import { populateCache } from './populate-cache.js';
import { raiseFault } from './raise-fault.js';
import { responseCache } from './response-cache.js';
import { serviceCallout } from './service-callout.js';

/** Every policy type that runs; adding one is a file and a line here. */
export const policies: readonly PolicyDefinition[] = [
  assignMessage,
  extractVariables,
  flowCallout,
  invalidateCache,
  lookupCache,
  populateCache,
  raiseFault,
  responseCache,
  serviceCallout,
];

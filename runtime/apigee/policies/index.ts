import type { PolicyDefinition } from '../policy.js';
import { assignMessage } from './assign-message.js';
import { javascript } from './javascript.js';
import { raiseFault } from './raise-fault.js';

/** Every policy type that runs; adding one is a file and a line here. */
export const policies: readonly PolicyDefinition[] = [assignMessage, javascript, raiseFault];

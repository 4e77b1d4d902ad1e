import type { StoredOrganization } from '../model/organization.js';
import type { Answer } from './answer.js';
import type { Call } from './call.js';

export type Method = 'get' | 'post' | 'put' | 'delete';

/** Does what a call asks of an organisation. */
export type Step = (call: Call, organization: StoredOrganization) => Answer | Promise<Answer>;

/** One line of a table: method, path below `/v1/organizations/:org`, what is done. */
export type Route = readonly [method: Method, path: string, step: Step];

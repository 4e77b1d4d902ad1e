import type { Status } from '../../../apigee/organization.js';
import { Input } from '../model/input.js';
import type { Call } from './call.js';

/** What `?action=approve` and `?action=revoke` make of an app, a key or a product of a key; undefined without an action. */
export function approval(call: Call): Status | undefined {
  const action = call.parameter('action');
  if (action === '') return undefined;
  const word = new Input({ action }).oneOf('action', ['approve', 'revoke'], 'approve');
  return word === 'approve' ? 'approved' : 'revoked';
}

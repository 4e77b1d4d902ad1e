import { XPathError } from '../focus.js';
import { stringOf } from '../values.js';
import type { XPathFunction } from './function.js';

/**
 * `wso2:vault-lookup(alias)`: a secret of the store; with `'ENV'` and a third argument, an environment variable. "" when
 * there is none (artifacts 6.8).
 */
export const vaultLookup: XPathFunction = (args, { message }) => {
  if (args.length < 1 || args.length > 3)
    throw new XPathError(`vault-lookup() has ${args.length} arguments, it takes 1 to 3`);
  const [alias = '', source = ''] = args.map(stringOf);
  if (alias === '') return '';
  const { environment } = message;
  const found =
    args.length === 3 && source === 'ENV' ? environment.environmentVariable(alias) : environment.secret(alias);
  return found ?? '';
};

/** `hashicorp:vault-lookup(path, field)` and `(namespace, path, field)`: the secret with the alias `path/field`. */
export const hashicorpLookup: XPathFunction = (args, { message }) => {
  if (args.length !== 2 && args.length !== 3) {
    throw new XPathError('hashicorp:vault-lookup() takes a path and a field, with a namespace before them or not');
  }
  return message.environment.secret(args.map(stringOf).join('/')) ?? '';
};

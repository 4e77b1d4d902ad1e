/** `wso2-vault(alias)` and `hashicorp-vault([namespace,] path, field)` (message-model 3.6 "Functions"). */
import type { Context } from '../context.js';
import { EvaluationError, textOf } from '../value.js';
import type { Argument, FunctionTable } from './table.js';

export const vaultFunctions: FunctionTable = {
  'wso2-vault': { 1: (alias, context) => secret([alias], context) },
  'hashicorp-vault': {
    2: (path, field, context) => secret([path, field], context),
    3: (namespace, path, field, context) => secret([namespace, path, field], context),
  },
};

/** The secret whose alias is the names joined by slashes, as `hashicorp:vault-lookup()` has it. */
function secret(names: readonly Argument[], { message }: Context): string {
  const alias = names.map(textOf).join('/');
  const value = message.environment.secret(alias);
  if (value === undefined) throw new EvaluationError(`there is no secret with the alias "${alias}"`);
  return value;
}

import { Fault } from '../runtime/message/fault.js';
import type { Environment } from '../runtime/message/message.js';

/**
 * A text of the configuration, or what it stands for when the value is kept elsewhere: `$SYSTEM:NAME`, `$FILE:name` and
 * `wso2:vault-lookup('alias')`, with or without braces (artifacts 6.8, 6.9).
 * @throws Fault when there is no such value
 */
export function keptValue(text: string, environment: Environment): string {
  const system = /^\$SYSTEM:(.+)$/.exec(text)?.[1];
  const file = /^\$FILE:(.+)$/.exec(text)?.[1];
  const alias = /^\{?\s*wso2:vault-lookup\('([^']*)'\)\s*\}?$/.exec(text)?.[1];
  if (system !== undefined)
    return known(environment.environmentVariable(system) ?? environment.systemProperties.get(system), text);
  if (file !== undefined) return known(environment.fileProperty(file), text);
  return alias === undefined ? text : known(environment.secret(alias), text);
}

function known(value: string | undefined, text: string): string {
  if (value === undefined) throw new Fault(`${text} in the configuration has no value`);
  return value;
}

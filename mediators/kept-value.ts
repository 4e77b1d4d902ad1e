import { Fault } from '../runtime/message/fault.js';
import type { Environment } from '../runtime/message/message.js';

/**
 * A text of the configuration that may stand for a value kept elsewhere: `$SYSTEM:NAME`, `$FILE:name`,
 * `wso2:vault-lookup('alias')` or `$secret{alias}` as a whole (artifacts 6.9, 6.8). Other texts are themselves.
 * @throws Fault when there is no such value
 */
export function keptValue(text: string, environment: Environment): string {
  const system = /^\$SYSTEM:(.+)$/.exec(text)?.[1];
  const file = /^\$FILE:(.+)$/.exec(text)?.[1];
  const alias = /^(?:\{?\s*wso2:vault-lookup\('([^']*)'\)\s*\}?|\$secret\{([^}]*)\})$/.exec(text);
  if (system !== undefined)
    return known(environment.environmentVariable(system) ?? environment.systemProperties.get(system), text);
  if (file !== undefined) return known(environment.fileProperty(file), text);
  return alias ? known(environment.secret(alias[1] ?? alias[2] ?? ''), text) : text;
}

function known(value: string | undefined, text: string): string {
  if (value === undefined) throw new Fault(`${text} in the configuration has no value`);
  return value;
}

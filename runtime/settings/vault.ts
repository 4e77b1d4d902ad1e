import { type DeploymentFile, isTable, lookup } from './deployment-file.js';

/**
 * The secrets of `[secrets]` in deployment.toml, as `wso2:vault-lookup` finds them (artifacts 6.8): `"[text]"` is the text
 * itself, `"v1.…"` a text encrypted with this installation's key. Others are ciphers of a Java key store, which nothing
 * here opens.
 *
 * @param decrypt opens a `v1.…` text
 * @returns the secret of an alias; undefined when there is none
 */
export function vault(
  { tables }: DeploymentFile,
  decrypt: (sealed: string) => string,
): (alias: string) => string | undefined {
  const secrets = lookup(tables, ['secrets']);
  const found = new Map<string, string>();
  if (isTable(secrets)) collect(secrets, '', found);
  return (alias) => {
    const value = found.get(alias);
    if (value === undefined) return undefined;
    const plain = /^\[(.*)\]$/s.exec(value)?.[1];
    if (plain !== undefined) return plain;
    if (value.startsWith('v1.')) return decrypt(value);
    throw new Error(
      `[secrets] ${alias} of deployment.toml is neither "[text]" nor encrypted with the key of this installation`,
    );
  };
}

/** TOML makes tables of names with dots, which are joined again. */
function collect(table: object, prefix: string, found: Map<string, string>): void {
  for (const [name, value] of Object.entries(table) as [string, unknown][]) {
    if (typeof value === 'string') found.set(prefix + name, value);
    else if (value !== null && typeof value === 'object') collect(value, `${prefix}${name}.`, found);
  }
}

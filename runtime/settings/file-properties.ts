import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseProperties } from './properties-format.js';

/**
 * Values of `$FILE:key` and the `file` scope (artifacts 6.9; product 1 "Where configuration is looked up").
 * Files that do not exist are passed over.
 *
 * @param options.deploy absolute paths given to `--deploy`
 * @returns by key; an earlier file wins
 */
export async function readFileProperties(options: {
  home: string;
  deploy: readonly string[];
  systemProperties: ReadonlyMap<string, string>;
  environment?: NodeJS.ProcessEnv;
}): Promise<Map<string, string>> {
  const { systemProperties, environment = process.env } = options;
  const found = new Map<string, string>();
  for (const file of propertyFiles(options)) {
    for (const [key, value] of parseProperties(await readIfThere(file))) {
      if (!found.has(key)) found.set(key, substituted(value, systemProperties, environment));
    }
  }
  return found;
}

/**
 * The installation around an MI server folder, the parent of its `conf` and `registry`; undefined for another path.
 *
 * @param path absolute path given to `--deploy`
 */
export function installationOf(path: string): string | undefined {
  const parts = [path, dirname(path), dirname(dirname(path))].map((folder) => basename(folder));
  return parts.join('/') === 'server/deployment/repository' ? resolve(path, '../../..') : undefined;
}

function propertyFiles(options: {
  home: string;
  deploy: readonly string[];
  systemProperties: ReadonlyMap<string, string>;
}): string[] {
  const named = options.systemProperties.get('properties.file.path');
  if (named !== undefined) return [resolve(options.home, named)];
  return [options.home, ...options.deploy.flatMap((path) => installationOf(path) ?? [])].map((folder) =>
    join(folder, 'conf', 'file.properties'),
  );
}

/** A name that does not exist leaves the reference as it stands: only a flow that uses the key can tell if it matters. */
function substituted(
  value: string,
  systemProperties: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): string {
  return value.replace(/\$(env|sys)\{([^}]*)\}/g, (whole, kind: string, name: string) => {
    return (kind === 'env' ? environment[name] : systemProperties.get(name)) ?? whole;
  });
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

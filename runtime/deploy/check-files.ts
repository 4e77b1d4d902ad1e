import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '../configuration/problem.js';
import type { Logger } from '../message/logger.js';
import { Deployed } from './deployed.js';
import { MemoryRegistry } from './memory-registry.js';
import type { Operations } from './operation.js';
import { readArtifactFile } from './read-file.js';

const silent: Logger = { enabled: () => false, log: () => undefined };

/** Artifact files that are checked together: sequences may use the connectors among them. */
export interface FileCheck {
  /** The operations of the connectors that are imported. */
  readonly operations: Operations;
  /** Problems of connectors and applications by their files; XML files are not among them. */
  readonly archives: ReadonlyMap<string, readonly Problem[]>;
}

/**
 * Reads the connectors, imports and applications among the files, as a server does before it compiles the others. Nothing
 * is deployed.
 * @param files in the order of deployment
 */
export function readArchives(files: readonly string[]): FileCheck {
  const deployed = new Deployed({ registry: new MemoryRegistry(), logger: silent });
  const plain = new Set(files.filter((file) => !file.endsWith('.car')).map((file) => path.basename(file)));
  const archives = new Map<string, readonly Problem[]>();
  for (const file of files) {
    if (!/\.(?:zip|car)$/.test(file) && !isImport(file)) continue;
    const { artifacts, problems } = readArtifactFile(file, {
      compiler: deployed,
      isTaken: (name) => plain.has(name),
      configured: (name) => deployed.configured(name),
    });
    if (!file.endsWith('.xml')) archives.set(file, problems);
    // What is wrong with a name that is there twice shows when it is deployed.
    for (const artifact of artifacts) {
      if (artifact.kind !== 'library' && artifact.kind !== 'import') continue;
      deployed.add(artifact, { replace: true });
    }
  }
  return { operations: deployed.connectors, archives };
}

/** Imports are in small files, and few. */
function isImport(file: string): boolean {
  return (
    file.endsWith('.xml') && /^\s*(?:<\?.*?\?>|<!--.*?-->|\s)*<(?:\w+:)?import\b/s.test(readFileSync(file, 'utf8'))
  );
}

import type { Middleware } from 'koa';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import { ArtifactFiles } from '../deploy/artifact-files.js';
import { startBackground } from '../deploy/background/start.js';
import { Deployed } from '../deploy/deployed.js';
import { findArtifacts } from '../deploy/folder.js';
import { MemoryRegistry } from '../deploy/memory-registry.js';
import { FolderRegistry } from '../deploy/registry.js';
import type { Logger } from '../message/logger.js';
import { HttpTransport } from '../transport/http-transport.js';
import { mediationMiddleware } from './gateway/middleware.js';
import { openLog } from './logging.js';

export interface MediationOptions {
  /** Paths of artifacts, as `--deploy` takes them. */
  deploy: readonly string[];
  /** Mediators of one's own, made with `defineMediator`. */
  mediators?: readonly MediatorDefinition[];
  /** Runs the scripts of these artifacts outside of the sandbox: fast, without limits (`--trusted-scripts`). */
  trustedScripts?: boolean;
  /** Folder that registry writes go to; in memory when absent. */
  registry?: string;
  /** Where log lines go; stdout when absent. */
  logger?: Logger;
  /** What the application's listener speaks; http when absent. */
  transport?: 'http' | 'https';
}

/**
 * Puts Mediant into a Koa application: every request that reaches the middleware is dispatched to the deployed APIs and
 * proxies; put your own routes before it.
 * @throws Error when a path does not exist
 */
export function mediation(options: MediationOptions): Middleware {
  const folders = options.deploy.map(findArtifacts);
  const shipped = folders.flatMap(({ registry }) => registry ?? []);
  const registry =
    options.registry === undefined
      ? new MemoryRegistry(new FolderRegistry(shipped))
      : new FolderRegistry([options.registry, ...shipped]);
  const deployed = new Deployed({
    registry,
    logger: options.logger ?? openLog({ format: process.stdout.isTTY ? 'text' : 'json', level: 'INFO' }),
    transport: new HttpTransport(),
    trustedScripts: options.trustedScripts === true,
    ...(options.mediators ? { mediators: options.mediators } : {}),
  });
  new ArtifactFiles(deployed, options.deploy).scan();
  startBackground(deployed);
  return mediationMiddleware(deployed, options.transport ?? 'http');
}

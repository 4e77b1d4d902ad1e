import path from 'node:path';
import type { Command } from 'commander';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import { UsageError } from './context.js';
import { collect } from './message-options.js';

/** `--module FILE` of the commands that read artifacts. */
export interface ModuleOption {
  module?: string[];
}

export function addModuleOption(command: Command): void {
  command.option('--module <FILE>', "JavaScript module with mediators of one's own (may be repeated)", collect);
}

/** @throws UsageError for a module that cannot be loaded */
export async function mediatorsOf({ module = [] }: ModuleOption): Promise<readonly MediatorDefinition[]> {
  if (module.length === 0) return [];
  const { loadMediators } = await import('../deploy/mediator-modules.js');
  try {
    return await loadMediators(module.map((file) => path.resolve(file)));
  } catch (error) {
    throw new UsageError(`--module: ${(error as Error).message}`);
  }
}

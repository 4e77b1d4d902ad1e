import type { Engine } from './engine.js';

/** The engine, loaded when a command needs it: `--version` and `--help` do not. */
export async function loadEngine(): Promise<Engine> {
  return import('../index.js');
}

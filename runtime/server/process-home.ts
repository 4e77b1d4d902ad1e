import { access, constants, mkdir } from 'node:fs/promises';
import { StartError } from './start-error.js';

/**
 * Makes the directory of the state, readable by its owner only (product 1). One that exists is left as it is.
 *
 * @throws StartError when it cannot be made or written to
 */
export async function prepareHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(`home ${home} cannot be used: ${(error as Error).message}`, error);
  }
}

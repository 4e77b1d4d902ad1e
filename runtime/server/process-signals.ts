/**
 * Runs until the process is told to stop: SIGTERM or SIGINT stops once, a second one ends the process at once; SIGHUP
 * reloads, one reload after another (product 1).
 *
 * @param options.stop ends the work; what it throws is what this function throws
 * @param options.reload re-reads configuration and certificates; what it throws goes to `failed`, and all runs on
 * @returns when `stop` is done
 */
export async function runUntilSignal(options: {
  stop: () => Promise<void>;
  reload?: () => Promise<void>;
  failed?: (error: unknown) => void;
}): Promise<void> {
  let reloading = Promise.resolve();
  const onHangup = (): void => {
    reloading = reloading.then(() => options.reload?.()).catch((error: unknown) => options.failed?.(error));
  };
  process.on('SIGHUP', onHangup);
  const second = (signal: NodeJS.Signals): void => {
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  try {
    await new Promise<void>((resolve) => {
      const first = (): void => {
        process.removeListener('SIGTERM', first).removeListener('SIGINT', first);
        process.on('SIGTERM', second).on('SIGINT', second);
        resolve();
      };
      process.on('SIGTERM', first).on('SIGINT', first);
    });
    await options.stop();
  } finally {
    process.removeListener('SIGHUP', onHangup).removeListener('SIGTERM', second).removeListener('SIGINT', second);
  }
}

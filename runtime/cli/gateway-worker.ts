import type { Command } from 'commander';

/** A gateway process of `mediant start --workers`; the process that started it tells it what to do. */
export function defineGatewayWorker(command: Command): void {
  command.action(async () => {
    const { runGatewayWorker } = await import('../server/workers/gateway-worker.js');
    await runGatewayWorker();
  });
}

import { cpus, loadavg, totalmem } from 'node:os';

/** The machine as tables name it. Begins with the number of its cores. */
export function machineLine(): string {
  const all = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${all.length} × ${all[0]?.model.trim()}, ${memory} GiB, Linux, load ${loadavg()[0]?.toFixed(1)} before the run`;
}

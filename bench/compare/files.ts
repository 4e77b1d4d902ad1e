import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const checkout = new URL('../../../', import.meta.url);

/** Path of a file of the checkout; this module runs from dist/bench/compare. */
export const inCheckout = (path: string): string => fileURLToPath(new URL(path, checkout));

/** Where builds, downloads and logs of the comparison are kept between runs. */
export const workFolder = inCheckout('bench/results/work/');

/** An empty folder for a run. */
export function emptyFolder(name: string): string {
  const folder = `${workFolder}${name}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Writes `to` as the file `from` with its @NAME@ filled in; returns `to`. */
export function filledIn(from: string, to: string, values: Readonly<Record<string, string | number>>): string {
  const text = readFileSync(from, 'utf8').replace(/@([A-Z_]+)@/g, (whole, name: string) =>
    String(values[name] ?? whole),
  );
  writeFileSync(to, text);
  return to;
}

/** What the measurements at scale leave in bench/results/. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { inCheckout } from '../compare/files.js';

/** What is measured, in the order of the page. */
export const partNames = ['apis', 'tokens', 'layers', 'connections', 'bodies', 'soak'] as const;
export type PartName = (typeof partNames)[number];

/** What one part has found. */
export interface Part {
  /** Heading of the section. */
  readonly title: string;
  /** Markdown; begins with a sentence that goes on where the origin of the figures ends. */
  readonly text: string;
  /** Every figure behind the text, for programs. */
  readonly figures: unknown;
  /** What was answered wrong; the figures are worth nothing then. */
  readonly wrong: readonly string[];
}

export interface Section extends Part {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: string;
  /** Version of Mediant and of Node.js. */
  readonly version: string;
  /** The command that made it. */
  readonly command: string;
}

const fileOf = (name: PartName): string => inCheckout(`bench/results/scale-${name}.json`);

/** Keeps a part in the place of the one that was kept before. */
export function keepSection(name: PartName, section: Section): void {
  mkdirSync(inCheckout('bench/results'), { recursive: true });
  writeFileSync(fileOf(name), `${JSON.stringify(section, undefined, 1)}\n`);
}

export const keptSections = (): Section[] =>
  partNames
    .map(fileOf)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Section);

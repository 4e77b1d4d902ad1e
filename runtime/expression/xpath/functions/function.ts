import type { Focus } from '../focus.js';

/** A function of the expression language: gets raw values (see `../values.ts`) and gives one. */
export type XPathFunction = (args: readonly unknown[], focus: Focus) => unknown;

import type { Profiler } from 'node:inspector';
import path from 'node:path';
import { inCheckout } from '../compare/files.js';

/** A function in the tree of calls, with the time of all its calls from the same caller. */
export interface Frame {
  readonly name: string;
  /** Microseconds in the function itself. */
  self: number;
  /** Microseconds in it and in all that it called. */
  total: number;
  readonly children: Map<string, Frame>;
}

const frame = (name: string): Frame => ({ name, self: 0, total: 0, children: new Map() });
const idle = new Set(['(idle)', '(root)']);

/** The tree of calls of a profile; time in which the process did nothing is left out. */
export function callTree(profile: Profiler.Profile): Frame {
  const micros = new Map<number, number>();
  const { samples = [], timeDeltas = [] } = profile;
  for (const [index, id] of samples.entries()) micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const add = (node: Profiler.ProfileNode, into: Frame): number => {
    const own = idle.has(node.callFrame.functionName) ? 0 : (micros.get(node.id) ?? 0);
    let total = own;
    for (const id of node.children ?? []) {
      const child = nodes.get(id);
      if (!child) continue;
      const name = nameOf(child.callFrame);
      const known = into.children.get(name) ?? frame(name);
      into.children.set(name, known);
      total += add(child, known);
    }
    into.self += own;
    into.total += total;
    return total;
  };
  const all = frame('all');
  const root = profile.nodes[0];
  if (root) add(root, all);
  return all;
}

const checkout = inCheckout('dist/');

function nameOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const file = url.replace(/^file:\/\//, '').replace(checkout, '');
  const short = file.includes('node_modules/') ? file.slice(file.lastIndexOf('node_modules/') + 13) : file;
  return `${name} ${path.isAbsolute(short) ? path.basename(short) : short}:${lineNumber + 1}`;
}

/** Functions by the time that they took themselves, the greatest first. */
export function hottest(root: Frame, count: number): { name: string; self: number }[] {
  const selves = new Map<string, number>();
  const visit = ({ name, self, children }: Frame): void => {
    selves.set(name, (selves.get(name) ?? 0) + self);
    for (const child of children.values()) visit(child);
  };
  visit(root);
  const sorted = [...selves].map(([name, self]) => ({ name, self })).sort((a, b) => b.self - a.self);
  return sorted.slice(0, count);
}

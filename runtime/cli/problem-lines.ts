import path from 'node:path';
import type { Problem } from '../configuration/problem.js';
import { problemText } from '../deploy/folder.js';

export const isError = ({ severity }: Problem): boolean => severity === 'error';

/** A line for each problem (product 1); files below the working directory are named from there. */
export function problemLines(problems: readonly Problem[]): string {
  return problems.map((problem) => `${problemText({ ...problem, file: shortest(problem.file) })}\n`).join('');
}

/** The file as it is shortest to name and to click on. */
function shortest(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** `3 files: 2 errors, 1 warning`: what a person at a terminal wants to know last. */
export function summaryLine(files: number, problems: readonly Problem[]): string {
  const errors = problems.filter(isError).length;
  const warnings = problems.length - errors;
  const found = [errors > 0 && counted(errors, 'error'), warnings > 0 && counted(warnings, 'warning')];
  return `${counted(files, 'file')}: ${found.filter((part) => part !== false).join(', ') || 'nothing to complain about'}\n`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

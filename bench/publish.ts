import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** Writes a section of docs/performance.md between its own markers; the rest of the page stays as it is. */
export function publishSection(title: string, text: string): void {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '# Performance\n';
  writeFileSync(page, withSection(before, title, text));
}

/** The page with the section in its place, or at the end when it has none yet. */
function withSection(before: string, title: string, text: string): string {
  const name = title.toLowerCase().replaceAll(' ', '-');
  const open = `<!-- measured: ${name} -->`;
  const close = `<!-- end of ${name} -->`;
  const section = `${open}\n\n${text}\n\n${close}`;
  const start = before.indexOf(open);
  const end = before.indexOf(close);
  if (start < 0 || end < start) return `${before.trimEnd()}\n\n## ${title}\n\n${section}\n`;
  return before.slice(0, start) + section + before.slice(end + close.length);
}

import type { Frame } from './frames.js';

const width = 1600;
const rowHeight = 17;
/** Frames narrower than this are not drawn, in pixels. */
const narrowest = 0.4;

const escaped = (text: string): string => text.replace(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`);

/** Engine, Node and packages in blue tones, Mediant in warm ones. */
function colour(name: string): string {
  const own = /(?:runtime|mediators)\//.test(name);
  const hash = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7);
  return own
    ? `hsl(${20 + (hash % 35)} 90% ${60 + (hash % 12)}%)`
    : `hsl(${195 + (hash % 40)} 45% ${72 + (hash % 12)}%)`;
}

function box(frame: Frame, left: number, wide: number, depth: number, all: number): string {
  const share = `${((100 * frame.total) / all).toFixed(2)} %, ${((100 * frame.self) / all).toFixed(2)} % itself`;
  const letters = Math.floor((wide - 6) / 6.4);
  const label =
    letters < 3 ? '' : escaped(frame.name.length > letters ? `${frame.name.slice(0, letters - 1)}…` : frame.name);
  const x = left.toFixed(1);
  const y = depth * rowHeight;
  return `<g><title>${escaped(frame.name)}: ${share}</title><rect x="${x}" y="${y}" width="${wide.toFixed(1)}" height="${rowHeight - 1}" fill="${colour(frame.name)}"/><text x="${(left + 3).toFixed(1)}" y="${y + 12}">${label}</text></g>`;
}

/** A flame graph as SVG: callers above, callees below; the width is the time. Pointing at a box tells its share. */
export function flameGraph(root: Frame, title: string): string {
  const boxes: string[] = [];
  let deepest = 0;
  const draw = (frame: Frame, left: number, depth: number): void => {
    const wide = (frame.total / root.total) * width;
    if (wide < narrowest) return;
    deepest = Math.max(deepest, depth);
    boxes.push(box(frame, left, wide, depth, root.total));
    let at = left;
    for (const child of [...frame.children.values()].sort((a, b) => b.total - a.total)) {
      draw(child, at, depth + 1);
      at += (child.total / root.total) * width;
    }
  };
  draw(root, 0, 2);
  const height = (deepest + 2) * rowHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="monospace" font-size="11"><rect width="100%" height="100%" fill="white"/><text x="8" y="20" font-size="14">${escaped(title)}</text>${boxes.join('\n')}</svg>\n`;
}

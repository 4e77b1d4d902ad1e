import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ConfigElement } from '../../configuration/element.js';
import { serializeElement } from '../../xml/serialize.js';

/** What an element of a suite stands for, and the file that it is from. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly file: string;
}

/**
 * Reads what an element holds: an XML element or a text that is the content, or the path of a file. Paths are relative to
 * the project (artifacts 5.2); so the file is looked for in the suite's folder and in those above it.
 * @throws ConfigurationError for a path that leads nowhere
 */
export function readContent(element: ConfigElement): Content {
  const [inline] = element.elements();
  if (inline) return own(element, serializeElement(inline.node));
  const text = element.text.trim();
  if (text.startsWith('<')) return own(element, text);
  return (
    readProjectFile(text, element.file) ??
    element.fail('missing-file', `<${element.localName}> names a file that is not there: ${text}`, {
      hint: 'write the path from the folder of the project; it is looked for in the folders above the suite',
    })
  );
}

/** {@link readContent} where any text may be the content itself: it is a path when there is such a file. */
export function readAnyContent(element: ConfigElement): Content {
  const [inline] = element.elements();
  if (inline) return own(element, serializeElement(inline.node));
  const text = element.text.trim();
  return (text === '' ? undefined : readProjectFile(text, element.file)) ?? own(element, text);
}

/** {@link readContent} of a zip, which stands in the suite as base64. */
export function readZip(element: ConfigElement): Content {
  const text = element.text.trim();
  const found = readProjectFile(text, element.file);
  if (found) return found;
  const bytes = Buffer.from(text, 'base64');
  // Every zip begins with these two letters.
  if (bytes.toString('latin1', 0, 2) === 'PK') return { bytes, file: element.file };
  return element.fail('missing-file', `<${element.localName}> is neither the path of a zip nor a zip in base64`);
}

function own(element: ConfigElement, text: string): Content {
  return { bytes: Buffer.from(text, 'utf8'), file: element.file };
}

function readProjectFile(text: string, suite: string): Content | undefined {
  if (text === '' || text.length > 1000 || /[\n\0]/.test(text)) return undefined;
  for (let folder = path.dirname(path.resolve(suite)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, text);
    if (existsSync(file) && statSync(file).isFile()) return { bytes: readFileSync(file), file };
    if (folder === path.dirname(folder)) return undefined;
  }
}

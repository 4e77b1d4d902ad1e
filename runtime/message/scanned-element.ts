import { XmlReader } from '../xml/parse.js';
import type { XmlScan } from '../xml/scan.js';
import type { Payload } from './payload.js';

/** The first body element of a message that nobody has made a tree of, as text. */
export interface ScannedElement {
  /** The element as a document of its own. */
  readonly text: string;
  /**
   * Puts the root of another document in its place, as text again.
   * @returns false, and nothing is changed, where that takes trees: the text is not plain, or means something else there
   */
  replace(document: string): boolean;
}

/**
 * The first body element as it stands in the message's text. Undefined where there is a tree already, or where the text
 * says less than the tree: the element uses prefixes that are declared around it.
 */
export function scannedElement(payload: Payload): ScannedElement | undefined {
  const scan = payload.scannedElement;
  if (scan) return payload.instructions.length > 0 ? undefined : scannedRoot(payload, scan);
  const { scanned } = payload;
  return scanned?.isEnvelope ? scannedBodyElement(payload, scanned.scan) : undefined;
}

function scannedRoot(payload: Payload, scan: XmlScan): ScannedElement {
  return {
    text: textOf(scan, 0),
    replace(document) {
      const reader = new XmlReader(document, { allowDoctype: true });
      if (reader.scan) payload.setUnfinished(reader);
      return reader.scan !== undefined;
    },
  };
}

function scannedBodyElement(payload: Payload, scan: XmlScan): ScannedElement | undefined {
  const element = firstInBody(scan);
  const around = element < 0 ? undefined : prefixesAround(scan, element);
  const text = textOf(scan, element);
  if (!around || usesOneOf(around, text)) return undefined;
  const start = scan.starts[element] as number;
  const [before, after] = [scan.text.slice(0, start), scan.text.slice(scan.ends[element])];
  return {
    text,
    replace(document) {
      const root = fromRoot(document);
      if (usesOneOf(around, root)) return false;
      const reader = new XmlReader(before + root + after, { skipInstructions: true });
      const made = reader.scan;
      if (made?.starts[element] !== start || made.ends[element] !== start + root.length) return false;
      payload.setUnfinishedEnvelope(reader, payload.soapVersion);
      return true;
    },
  };
}

const textOf = ({ text, starts, ends }: XmlScan, element: number): string => text.slice(starts[element], ends[element]);

/** Number of the first element in an envelope's body; -1 for none. */
function firstInBody({ parents, localNames, namespaces }: XmlScan): number {
  const body = localNames.findIndex(
    (name, element) => name === 'Body' && parents[element] === 0 && namespaces[element] === namespaces[0],
  );
  return body >= 0 && parents[body + 1] === body ? body + 1 : -1;
}

/** Prefixes that are declared around an element; undefined where a default namespace is. */
function prefixesAround({ parents, attributes }: XmlScan, element: number): string[] | undefined {
  const prefixes: string[] = [];
  for (let outer = parents[element] as number; outer >= 0; outer = parents[outer] as number) {
    for (const { name } of attributes.get(outer) ?? []) {
      if (name === 'xmlns') return undefined;
      if (name.startsWith('xmlns:')) prefixes.push(name.slice('xmlns:'.length));
    }
  }
  return prefixes;
}

/** Whether a text may use one of the prefixes, be it in a name or in a value that names something. */
function usesOneOf(prefixes: readonly string[], text: string): boolean {
  return prefixes.some((prefix) => text.includes(`${prefix}:`));
}

/** A document from its root on, when only a declaration and blanks precede it. */
function fromRoot(document: string): string {
  return document.replace(/^\uFEFF?(?:<\?xml [^>]*\?>)?[ \t\r\n]*/, '');
}

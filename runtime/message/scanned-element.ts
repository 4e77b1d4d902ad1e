import { XmlReader } from '../xml/parse.js';
import type { XmlScan } from '../xml/scanned.js';
import type { Payload } from './payload.js';
import { firstInBody } from './pending.js';

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
  if (element === undefined) return undefined;
  const around = prefixesAround(scan, element);
  const text = textOf(scan, element);
  if (!around || usesOneOf(around, text)) return undefined;
  const start = scan.start(element);
  const [before, after] = [scan.text.slice(0, start), scan.text.slice(scan.end(element))];
  return {
    text,
    replace(document) {
      const root = fromRoot(document);
      if (usesOneOf(around, root)) return false;
      const reader = new XmlReader(before + root + after, { skipInstructions: true });
      const made = reader.scan;
      if (made?.start(element) !== start || made.end(element) !== start + root.length) return false;
      payload.setUnfinishedEnvelope(reader, payload.soapVersion);
      return true;
    },
  };
}

const textOf = (scan: XmlScan, element: number): string => scan.text.slice(scan.start(element), scan.end(element));

/** Prefixes that are declared around an element; undefined where a default namespace is. */
function prefixesAround(scan: XmlScan, element: number): string[] | undefined {
  const prefixes: string[] = [];
  for (let outer = scan.parent(element) as number; outer >= 0; outer = scan.parent(outer) as number) {
    for (const { name } of scan.attributes.get(outer) ?? []) {
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

import { SaxesParser } from 'saxes';

export const synapseNamespace = 'http://ws.apache.org/ns/synapse';

/** What the outermost elements of a text are. */
export interface DocumentShape {
  /** Local name of the only root; undefined: none or several, a fragment. */
  root: string | undefined;
  attributes: ReadonlyMap<string, string>;
}

/** Looks at the outermost elements only; undefined when the text is not well-formed even as a fragment. */
export function shapeOf(xml: string): DocumentShape | undefined {
  const parser = new SaxesParser({ fragment: true, xmlns: false });
  const roots: DocumentShape[] = [];
  let depth = 0;
  let failed = false;
  parser.on('error', () => {
    failed = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (depth === 0) roots.push({ root: localName(name), attributes: new Map(Object.entries(attributes)) });
    depth += 1;
  });
  parser.on('closetag', () => {
    depth -= 1;
  });
  parser.write(withoutProlog(xml)).close();
  if (failed) return undefined;
  const [first] = roots;
  return roots.length === 1 && first !== undefined ? first : { root: undefined, attributes: new Map() };
}

/** Opening of the wrapper that makes a sequence of bare mediators; it adds no line. */
const wrapperStart = `<sequence xmlns="${synapseNamespace}" name="policy">`;

/**
 * A whole `<sequence>` as it is, bare mediators in one (api-management 1.7): `shift` is how many columns the first
 * line moved.
 */
export function asSequence(xml: string): { xml: string; shift: number } {
  const shape = shapeOf(xml);
  if (shape?.root === 'sequence' && !shape.attributes.has('key')) return { xml, shift: 0 };
  return { xml: `${wrapperStart}${withoutProlog(xml)}</sequence>`, shift: wrapperStart.length };
}

/** The XML declaration replaced by blanks, so that positions stay. */
function withoutProlog(xml: string): string {
  return xml.replace(/^\uFEFF?\s*<\?xml[^>]*\?>/, (prolog) => prolog.replaceAll(/[^\n]/g, ' '));
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

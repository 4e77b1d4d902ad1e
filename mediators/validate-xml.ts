import type { Element } from '@xmldom/xmldom';
import { Fault } from '../runtime/message/fault.js';
import { escapeAttribute, serializeElement } from '../runtime/xml/serialize.js';
import { childElements } from '../runtime/xml/walk.js';
import type { Invalid } from './validate-json.js';

/** A compiled XML schema. */
export interface XmlSchema {
  /** @returns undefined for a valid document */
  validate(document: Element): Invalid | undefined;
  /** Gives its memory back at once, not when the garbage collector gets there. */
  dispose(): void;
}

type LibXml = typeof import('libxml2-wasm');

const XSD = 'http://www.w3.org/2001/XMLSchema';
const BASE = 'entry:///';

let loading: Promise<LibXml> | undefined;

/**
 * Compiles XML schemas into one (mediators 6.6).
 * @param schemas one for each namespace, or several for one
 * @param partOf what an `include` or `import` finds at a location
 * @throws Fault when they are no XML schemas
 */
export async function compileXmlSchema(
  schemas: readonly Element[],
  partOf: (location: string) => Element | undefined,
): Promise<XmlSchema> {
  loading ??= import('libxml2-wasm');
  const libxml = await loading;
  const files = new Map(schemas.map((schema, index) => [`${BASE}schema-${index}.xsd`, schema]));
  for (const [base, schema] of files) addParts(files, base, schema, partOf);
  const texts = new Map([...files].map(([name, schema]) => [name, serializeElement(schema)]));
  const root = schemas.length === 1 ? `${BASE}schema-0.xsd` : combine(texts, schemas);
  const buffers = [...texts].map(([name, text]) => [name, Buffer.from(text)] as const);
  libxml.xmlRegisterInputProvider(new libxml.XmlBufferInputProvider(Object.fromEntries(buffers)));
  const document = libxml.XmlDocument.fromString(texts.get(root) ?? '', { url: root });
  try {
    const validator = libxml.XsdValidator.fromDoc(document);
    return { validate: (element) => validate(libxml, validator, element), dispose: () => validator.dispose() };
  } catch (error) {
    throw new Fault(`The XML schema is invalid: ${reasons(error)}`, { cause: error });
  } finally {
    document.dispose();
    libxml.xmlCleanupInputProvider();
  }
}

/** Adds what a schema includes or imports by location. A map visits what is added while it is walked. */
function addParts(
  files: Map<string, Element>,
  base: string,
  schema: Element,
  partOf: (location: string) => Element | undefined,
): void {
  for (const child of childElements(schema)) {
    const location = child.namespaceURI === XSD ? child.getAttribute('schemaLocation') : null;
    if (!location) continue;
    const name = locationOf(location, base);
    if (name === undefined || files.has(name)) continue;
    const part = partOf(location);
    if (part) files.set(name, part);
  }
}

function locationOf(location: string, base: string): string | undefined {
  return URL.canParse(location, base) ? new URL(location, base).href : undefined;
}

/** Adds a schema that brings the others together; those of one namespace are included side by side first. */
function combine(texts: Map<string, string>, schemas: readonly Element[]): string {
  const byNamespace = new Map<string, string[]>();
  for (const [index, schema] of schemas.entries()) {
    const namespace = schema.getAttribute('targetNamespace') ?? '';
    byNamespace.set(namespace, [...(byNamespace.get(namespace) ?? []), `schema-${index}.xsd`]);
  }
  const imports = [...byNamespace].map(([namespace, names], index) => {
    const includes = names.map((name) => `<xs:include schemaLocation="${name}"/>`);
    texts.set(`${BASE}namespace-${index}.xsd`, schemaText(attribute('targetNamespace', namespace), includes));
    return `<xs:import${attribute('namespace', namespace)} schemaLocation="namespace-${index}.xsd"/>`;
  });
  texts.set(`${BASE}all.xsd`, schemaText(attribute('targetNamespace', 'urn:mediant:all'), imports));
  return `${BASE}all.xsd`;
}

const schemaText = (attributes: string, content: readonly string[]): string =>
  `<xs:schema xmlns:xs="${XSD}"${attributes}>${content.join('')}</xs:schema>`;

const attribute = (name: string, value: string): string => (value === '' ? '' : ` ${name}="${escapeAttribute(value)}"`);

function validate(
  libxml: LibXml,
  validator: InstanceType<LibXml['XsdValidator']>,
  element: Element,
): Invalid | undefined {
  const document = libxml.XmlDocument.fromString(serializeElement(element));
  try {
    validator.validate(document);
    return undefined;
  } catch (error) {
    if (!(error instanceof libxml.XmlValidateError))
      throw new Fault('The document cannot be validated', { cause: error });
    const message = reasons(error);
    return { message, detail: message };
  } finally {
    document.dispose();
  }
}

/** All findings, one a line. */
function reasons(error: unknown): string {
  const { details, message } = error as { details?: readonly { message: string }[]; message: string };
  const texts = (details ?? []).map((detail) => detail.message.trim()).filter((text) => text !== '');
  return texts.length > 0 ? texts.join('\n') : message;
}

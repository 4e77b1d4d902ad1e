import { XmlReader, type XmlReaderOptions } from '../../xml/parse.js';
import { charsetOf, decodeText } from '../charset.js';
import type { Message } from '../message.js';
import { isUnreadable } from '../payload-parts.js';
import type { BuilderInput } from './builder.js';

/**
 * application/xml: the document element below the Body of a SOAP 1.1 envelope. Only the root is read now, unless the
 * server validates bodies when they are built (message-model 4.1, 5.3).
 * @throws XmlError when there is no XML root, TypeError when the bytes do not fit the charset
 */
export function buildXml(message: Message, input: BuilderInput): void {
  message.payload.reset('1.1');
  if (input.bytes.byteLength === 0) return;
  const reader = xmlReader(message, input);
  message.payload.setUnfinished(reader);
  if (String(message.axis2Property('PRESERVE_XML_PROCESSING_INSTRUCTIONS')).toLowerCase() === 'true') {
    message.payload.keepInstructions(reader.finish());
  }
}

/**
 * A type that no builder is registered for: plain XML too, but read whole, so that text/html and its like fail when they
 * are built (message-model 5.1 step 8).
 * @throws XmlError when it is not well-formed
 */
export function buildUnknown(message: Message, input: BuilderInput): void {
  message.payload.reset('1.1');
  if (input.bytes.byteLength === 0) return;
  const reader = xmlReader(message, input);
  reader.finish();
  message.payload.setUnfinished(reader);
}

/** Reads up to the root, in the charset of the content type, by default UTF-8; the XML declaration does not count. */
export function xmlReader(
  message: Message,
  { bytes, contentType }: BuilderInput,
  { skipInstructions = false }: Pick<XmlReaderOptions, 'skipInstructions'> = {},
): XmlReader {
  const charset = charsetOf(contentType) ?? 'UTF-8';
  const text = decodeText(bytes, charset, true);
  const allowDoctype = message.axis2Property('ApplicationXMLBuilder.allowDTD') === 'true';
  const reader = new XmlReader(text, { skipInstructions, allowDoctype });
  reader.rootName();
  noteDeclaredEncoding(message, reader.declaredEncoding, charset);
  validate(message, reader, text);
  return reader;
}

/** `XML_DECLARATION_ENCODING` is set when the declaration names another encoding (message-model 2.6). */
function noteDeclaredEncoding(message: Message, declared: string | undefined, charset: string): void {
  if (declared !== undefined && declared.toLowerCase() !== charset.toLowerCase()) {
    message.axis2.set('XML_DECLARATION_ENCODING', declared);
  }
}

function validate(message: Message, reader: XmlReader, text: string): void {
  if (message.environment.property('force.xml.message.validation')?.toLowerCase() !== 'true') return;
  try {
    reader.finish();
  } catch (error) {
    if (isUnreadable(error)) message.axis2.set('RAW_PAYLOAD', text);
    throw error;
  }
}

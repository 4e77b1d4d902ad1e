import { shortEscapes } from '../runtime/json/text.js';
import { environmentConversion } from '../runtime/message/conversion/environment-options.js';
import { jsonToXml } from '../runtime/message/conversion/json-to-xml.js';
import { ConversionError, xmlToJson } from '../runtime/message/conversion/xml-to-json.js';
import { Fault } from '../runtime/message/fault.js';
import type { Environment } from '../runtime/message/message.js';
import { newDocument } from '../runtime/xml/create.js';
import { parseElement } from '../runtime/xml/parse.js';
import { serializeNode } from '../runtime/xml/serialize.js';

/** The media types of payloadFactory; `other` is a text that it does not know, which writes no body. */
export type PayloadMedia = 'xml' | 'json' | 'text' | 'other';

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids these characters
const illegalInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const xmlEscapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Replaces what a pattern finds; a replacement costs much more than a look, also where there is nothing to replace. */
function replaced(text: string, pattern: RegExp, by: (found: string) => string): string {
  return text.search(pattern) < 0 ? text : text.replace(pattern, by);
}

/** Escapes a text for XML 1.0; characters that XML cannot hold are dropped. */
export function escapeXml(text: string): string {
  const legal = replaced(text, illegalInXml, () => '');
  return replaced(legal, /[&<>"']/g, (character) => xmlEscapes[character] ?? character);
}

/** Escapes the content of a JSON string: quote, backslash and the five named controls, nothing else. */
export function escapeJson(text: string): string {
  return replaced(text, /["\\\b\f\n\r\t]/g, escapeOne);
}

/** Escapes the five named controls of a JSON text (`escapeXmlChars`). */
export function escapeControls(text: string): string {
  return replaced(text, /[\b\f\n\r\t]/g, escapeOne);
}

const escapeOne = (character: string): string => shortEscapes[character] ?? character;

/**
 * XML text as the JSON object that holds its elements; undefined when it does not parse.
 * @throws Fault for XML that JSON cannot hold, such as mixed content
 */
export function xmlAsJson(xml: string, environment: Environment): string | undefined {
  try {
    return xmlToJson(parseElement(`<jsonObject>${xml}</jsonObject>`), environmentConversion(environment));
  } catch (error) {
    if (!(error instanceof ConversionError)) return undefined;
    throw new Fault(`An XML value cannot be converted to JSON: ${error.message}`, { cause: error });
  }
}

/** A JSON object or array as the XML elements of its members or items. @throws Fault when the text is no JSON. */
export function jsonAsXml(json: string, environment: Environment): string {
  try {
    const wrapper = jsonToXml(json, newDocument(), environmentConversion(environment));
    let text = '';
    for (let child = wrapper.firstChild; child; child = child.nextSibling) text += serializeNode(child);
    return text;
  } catch (error) {
    throw new Fault(`A JSON value cannot be converted to XML: ${(error as Error).message}`, { cause: error });
  }
}

import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { doubleText } from '../../java/double-text.js';
import { parseLenientJson } from '../../json/parse.js';
import { jsonText } from '../../json/text.js';
import { isJsonArray, isJsonObject, JsonNumber, type JsonValue } from '../../json/value.js';
import { escapeAttribute, escapeText } from '../../xml/serialize.js';

/**
 * A text in the form in which texts are compared (artifacts 5.4): XML is written anew, the members of JSON objects are
 * sorted and their numbers become doubles, and all white space goes, inside of strings too.
 */
export function normalised(text: string): string {
  const bare = withoutCdata(text.trim());
  return (rewrittenXml(bare) ?? rewrittenJson(bare) ?? bare).replace(/\s/g, '');
}

/** The text without the one CDATA section around it. */
export function withoutCdata(text: string): string {
  return /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(text)?.[1] ?? text;
}

/** XML as it is written anew, namespaces not looked at; undefined for what is no XML. */
function rewrittenXml(text: string): string | undefined {
  if (!text.startsWith('<')) return undefined;
  let written = '';
  /** Whether the last start tag still lacks its end, since it may turn out to be empty. */
  let open = false;
  const write = (content: string) => {
    written += open ? `>${content}` : content;
    open = false;
  };
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const list = Object.entries(attributes).filter(([key, value]) => key !== 'xmlns' || value !== '');
    write(`<${[name, ...list.map(([key, value]) => `${key}="${escapeAttribute(value)}"`)].join(' ')}`);
    open = true;
  });
  parser.on('closetag', ({ name }) => {
    written += open ? '/>' : `</${name}>`;
    open = false;
  });
  parser.on('text', (content) => write(escapeText(content)));
  parser.on('cdata', (content) => write(`<![CDATA[${content}]]>`));
  parser.on('comment', (content) => write(`<!--${content}-->`));
  parser.on('processinginstruction', ({ target, body }) => write(`<?${target} ${body}?>`));
  try {
    parser.write(text).close();
  } catch {
    return undefined;
  }
  return written;
}

/** A JSON object with its members sorted; `null` for an empty text, undefined for everything else. */
function rewrittenJson(text: string): string | undefined {
  if (text === '') return 'null';
  try {
    const value = parseLenientJson(text);
    return isJsonObject(value) ? jsonText(sorted(value)) : undefined;
  } catch {
    return undefined;
  }
}

function sorted(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(sorted);
  if (value instanceof JsonNumber) return new JsonNumber(doubleText(Number(value.literal)));
  if (!isJsonObject(value)) return value;
  return new Map([...value].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sorted(member)]));
}

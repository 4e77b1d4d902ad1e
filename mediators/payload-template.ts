import type { Expression } from '../runtime/expression/expression.js';
import { isElement } from '../runtime/expression/xpath/nodes.js';
import { javaTrim } from '../runtime/java/parse-number.js';
import { javaText } from '../runtime/java/text.js';
import { parseJson } from '../runtime/json/parse.js';
import { jsonText } from '../runtime/json/text.js';
import { isJsonArray, isJsonObject, JsonElement, JsonNumber } from '../runtime/json/value.js';
import { limited, spendCharacters } from '../runtime/limit/time-limit.js';
import type { Message } from '../runtime/message/message.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { type PayloadValue, startsJson } from './payload-arguments.js';
import {
  escapeControls,
  escapeJson,
  escapeXml,
  jsonAsXml,
  type PayloadMedia,
  xmlAsJson,
} from './payload-conversion.js';
import { looksLikeXml } from './xml-looking.js';

/** A piece of a template: text, `$n`, or `${expression}` with or without quotes around it. */
type Piece =
  | string
  | { readonly position: number; readonly source: string; readonly offset: number }
  | { readonly expression: Expression; readonly quoted: boolean };

/** A payloadFactory template in its default language, split once (mediators 6.1 "Replacement"). */
export interface PayloadTemplate {
  /** Fills the template; the values are those of the arguments, in order. */
  render(message: Message, values: readonly PayloadValue[]): string;
}

export interface TemplateOptions {
  readonly media: PayloadMedia;
  readonly escapeXmlChars: boolean;
  /** Compiles the inside of `${…}`. */
  compile(source: string): Expression;
}

const placeholder = /"\$\{(?<quoted>[^}]*)\}"|\$\{(?<bare>[^}]*)\}|\$(?<position>\d+)/g;
const position = /\$(?<position>\d+)/g;

/** The placeholders of a template. Behind the last brace there can be none with braces, and none is looked for. */
function* placeholdersIn(text: string) {
  const brace = text.lastIndexOf('}') + 1;
  const end = text.charAt(brace) === '"' ? brace + 1 : brace;
  for (const { 0: source, index, groups = {} } of text.slice(0, end).matchAll(placeholder))
    yield { source, index, groups };
  for (const { 0: source, index, groups = {} } of text.slice(end).matchAll(position))
    yield { source, index: end + index, groups };
}

/** Splits a template. Throws what `compile` throws for a placeholder that does not parse. */
export function compilePayloadTemplate(text: string, options: TemplateOptions): PayloadTemplate {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { source, index, groups } of placeholdersIn(text)) {
    pieces.push(text.slice(end, index));
    const { quoted, bare, position: number } = groups;
    if (number !== undefined) pieces.push({ position: Number(number), source, offset: index });
    else pieces.push({ expression: options.compile(quoted ?? bare ?? ''), quoted: quoted !== undefined });
    end = index + source.length;
  }
  pieces.push(text.slice(end));
  return { render: (message, values) => limited(() => render(pieces, text, message, values, options)) };
}

function render(
  pieces: readonly Piece[],
  template: string,
  message: Message,
  values: readonly PayloadValue[],
  options: TemplateOptions,
): string {
  const evaluated = new Map<string, unknown>();
  let text = '';
  for (const piece of pieces) {
    spendCharacters(text.length);
    if (typeof piece === 'string') {
      text += piece;
    } else if ('position' in piece) {
      const value = values[piece.position - 1];
      if (!value) {
        // As in the reference: the rest of the template stays as it is written.
        const { logger } = message.environment;
        logger.log(
          'ERROR',
          'PayloadFactoryMediator',
          `The template names ${piece.source}, but has ${values.length} arguments`,
        );
        return text + template.slice(piece.offset);
      }
      const isWhole = javaTrim(template) === piece.source;
      text += isWhole && isJsonString(value, options) ? value.text : inserted(value, message, options);
    } else {
      text += expanded(piece.expression, piece.quoted, evaluated, message, options);
    }
  }
  return text;
}

function inserted({ text, kind, literal }: PayloadValue, message: Message, options: TemplateOptions): string {
  switch (options.media) {
    case 'json':
      return insertedInJson(text, kind, literal, message, options);
    case 'xml':
      return kind === 'json' ? jsonAsXml(text, message.environment) : text;
    default:
      return text;
  }
}

/**
 * A template that is nothing but `$1` is given a JSON string as it is, so that `json-eval($)` of a body which is one can
 * be put back. The reference escapes its quotes and then refuses the result.
 */
function isJsonString({ text, kind, literal }: PayloadValue, options: TemplateOptions): boolean {
  if (options.media !== 'json' || kind !== 'string' || literal) return false;
  if (!text.startsWith('"') || !text.endsWith('"')) return false;
  try {
    return typeof parseJson(text) === 'string';
  } catch {
    return false;
  }
}

function insertedInJson(
  text: string,
  kind: PayloadValue['kind'],
  literal: boolean,
  message: Message,
  options: TemplateOptions,
): string {
  if (kind === 'json') return options.escapeXmlChars ? escapeControls(text) : text;
  if (kind === 'xml') {
    const json = xmlAsJson(text, message.environment);
    if (json !== undefined) return json;
  }
  if (!literal && startsJson(text)) return text;
  const quotes = message.properties.get('QUOTE_STRING_IN_PAYLOAD_FACTORY_JSON');
  const wantsQuotes = typeof quotes === 'string' && quotes.toLowerCase() === 'true' && !isJsonScalar(text.trim());
  return wantsQuotes ? `"${escapeJson(text)}"` : escapeJson(text);
}

function isJsonScalar(text: string): boolean {
  return /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text);
}

/** `${…}`: once for each distinct text of a template; a JSON null, nothing and an error are the empty text. */
function expanded(
  expression: Expression,
  quoted: boolean,
  evaluated: Map<string, unknown>,
  message: Message,
  options: TemplateOptions,
): string {
  const { source } = expression;
  if (!evaluated.has(source)) {
    evaluated.set(source, source.includes('xpath(') ? expression.text(message) : expression.object(message));
  }
  const value = evaluated.get(source) ?? '';
  const text =
    value instanceof JsonElement
      ? jsonValue(value, quoted, message, options)
      : otherValue(value, quoted, message, options);
  return quoted ? `"${text}"` : text;
}

function jsonValue({ value }: JsonElement, quoted: boolean, message: Message, { media }: TemplateOptions): string {
  if (!isJsonObject(value) && !isJsonArray(value)) {
    if (value === null) return '';
    // The reference escapes for JSON in every media type.
    const text = escapeJson(value instanceof JsonNumber ? value.literal : String(value));
    return media === 'xml' ? escapeXml(text) : text;
  }
  if (media === 'xml') return jsonAsXml(jsonText(value), message.environment);
  if (media !== 'json') return quoted ? escapeJson(jsonText(value)) : jsonText(value);
  const text = jsonText(value, { htmlSafe: true, dropNulls: true });
  return quoted ? escapeJson(text) : text;
}

function otherValue(value: unknown, quoted: boolean, message: Message, { media }: TemplateOptions): string {
  const text = isElement(value) ? serializeElement(value) : javaText(value);
  if (media === 'xml') return looksLikeXml(text) && !quoted ? text : escapeXml(text);
  if (media !== 'json') return text;
  if (!looksLikeXml(text)) return quoted ? text.replace(/\\["\\/bfnrtu]/g, doubled) : text;
  return quoted ? escapeJson(text) : (xmlAsJson(text, message.environment) ?? text);
}

/** What is a JSON escape already is kept as text by a second backslash. */
function doubled(sequence: string): string {
  return sequence === '\\\\' ? '\\\\\\\\' : `\\${sequence}`;
}

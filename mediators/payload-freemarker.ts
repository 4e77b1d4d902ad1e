import type { ConfigElement } from '../runtime/configuration/element.js';
import { javaText } from '../runtime/java/text.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { isJsonArray, isJsonObject, JsonElement, JsonNumber, type JsonValue } from '../runtime/json/value.js';
import { TimeLimitError } from '../runtime/limit/time-limit.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { newDocument } from '../runtime/xml/create.js';
import { cloneInto } from '../runtime/xml/walk.js';
import { FreemarkerError, FreemarkerSyntaxError } from './freemarker/error.js';
import { NodeList, type Value } from './freemarker/model.js';
import { compileFreemarker } from './freemarker/template.js';
import type { PayloadValue } from './payload-arguments.js';
import { escapeXml, type PayloadMedia } from './payload-conversion.js';
import type { PayloadTemplate } from './payload-template.js';

/**
 * A payloadFactory template in FreeMarker (mediators 6.1 "FreeMarker"): the model holds `payload`, `args`, `ctx`,
 * `axis2`, `trp` and `vars`, each only when the template contains its name.
 * @throws ConfigurationError when the template does not parse.
 */
export function compileFreemarkerPayload(format: ConfigElement, text: string, media: PayloadMedia): PayloadTemplate {
  const parts = Object.entries(modelParts).filter(([name]) => text.includes(name));
  try {
    const template = compileFreemarker(text);
    return {
      render(message, values) {
        const model = new Map(parts.map(([name, part]) => [name, part(message, values)]));
        return filled(() => template.render(model));
      },
    };
  } catch (error) {
    if (!(error instanceof FreemarkerSyntaxError)) throw error;
    return format.fail(
      'invalid-template',
      `The FreeMarker template of media-type ${media} does not parse: ${error.message}`,
      {
        hint: 'see docs/mediators.md for the directives and built-ins that are there',
      },
    );
  }
}

function filled(render: () => string): string {
  try {
    return render();
  } catch (error) {
    if (error instanceof FreemarkerError || error instanceof TimeLimitError || error instanceof RangeError) {
      throw new Fault(`Error parsing FreeMarker template: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

type ModelPart = (message: Message, values: readonly PayloadValue[]) => Value;

const modelParts: Record<string, ModelPart> = {
  payload: payloadModel,
  args: (_message, values) => new Map(values.map(({ text }, index) => [`arg${index + 1}`, text])),
  ctx: (message) => texts(message.properties),
  axis2: (message) => texts(message.axis2),
  trp: (message) => texts(message.headers),
  vars: (message) => texts(message.variables),
};

function texts(properties: Iterable<readonly [string, unknown]>): Map<string, Value> {
  const model = new Map<string, Value>();
  for (const [name, value] of properties) if (value !== null && value !== undefined) model.set(name, text(value));
  return model;
}

function text(value: unknown): string {
  if (value instanceof JsonElement && typeof value.value === 'string') return value.value;
  return javaText(value);
}

function payloadModel(message: Message): Value {
  const { payload } = message;
  if (payload.isJson) return rootModel(parseLenientJson(payload.jsonText ?? 'null'));
  if (payload.text !== undefined) return escapeXml(payload.text);
  const root = payload.firstElement();
  if (!root) return '';
  const document = newDocument();
  cloneInto(root, document);
  return new NodeList([document]);
}

/** A JSON document that is a scalar is its JSON text. */
function rootModel(value: JsonValue): Value {
  if (isJsonObject(value) || isJsonArray(value)) return jsonModel(value);
  return value === null ? 'null' : javaText(new JsonElement(value));
}

function jsonModel(value: JsonValue): Value {
  if (value === null) return undefined;
  if (value instanceof JsonNumber) return Number(value.literal);
  if (isJsonArray(value)) return value.map(jsonModel);
  if (isJsonObject(value)) return new Map([...value].map(([name, member]) => [name, jsonModel(member)]));
  return value;
}

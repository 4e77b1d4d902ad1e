import type { ConfigElement } from '../runtime/configuration/element.js';
import { fromJs, toJs } from '../runtime/json/plain.js';
import { jsonText } from '../runtime/json/text.js';
import { JsonElement, type JsonValue } from '../runtime/json/value.js';
import { RECEIVED_TYPE } from '../runtime/message/content-type.js';
import { SOAP_NAMESPACE, soapVersionOf } from '../runtime/message/envelope.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { choiceAttribute, dynamicAttribute, requiredAttribute } from './attribute.js';
import { csvToInput, outputToCsv } from './datamapper-csv.js';
import { elementToInput, jsonToInput } from './datamapper-input.js';
import { outputToElement } from './datamapper-output.js';
import { type MapperSchema, parseMapperSchema } from './datamapper-schema.js';
import { MappingScript } from './datamapper-script.js';
import { entryText } from './entry.js';
import { defineMediator } from './mediator.js';

const dataTypes = ['XML', 'JSON', 'CSV'] as const;
type DataType = (typeof dataTypes)[number];

/**
 * ```xml
 * <datamapper config="entry" inputSchema="entry" outputSchema="entry" inputType="XML|JSON|CSV" outputType="XML|JSON|CSV"
 *             xsltStyleSheet="…" target="body|variable" target-variable="…"/>
 * ```
 * Maps the body by the JavaScript of a data mapping (mediators 6.8). The script runs in a sandbox with limits on time and
 * memory. A stylesheet beside it is not needed: the script gives the same.
 */
export const datamapper = defineMediator({
  name: 'datamapper',
  summary: 'Maps the body to another structure by a data mapping.',
  attributes: {
    config: { description: 'Entry or registry resource with the JavaScript.', required: true },
    inputSchema: { description: 'Entry or registry resource with the schema of the input.', required: true },
    outputSchema: { description: 'Entry or registry resource with the schema of the output.', required: true },
    inputType: { description: 'What the input is.', default: "the input schema's", values: dataTypes },
    outputType: { description: 'What the output is.', default: "the output schema's", values: dataTypes },
    xsltStyleSheet: { description: 'Accepted, without effect here.' },
    target: { description: 'Where the output goes.', default: 'body', values: ['body', 'variable'] },
    'target-variable': { description: 'Variable that takes the output.' },
  },
  compile(element) {
    const load = resourceLoader(element);
    const isV2 = element.attribute('target') !== undefined || element.attribute('target-variable') !== undefined;
    const variable =
      choiceAttribute(element, 'target', ['body', 'variable'], 'body') === 'variable'
        ? requiredAttribute(element, 'target-variable')
        : undefined;
    return {
      contentAware: true,
      async mediate(message) {
        const resources = load(message);
        const { script, input, output } = resources;
        await script.load();
        const given = inputOf(message, resources);
        const result = isV2 ? script.call(given, variablesOf(message)) : script.map(message, given, input);
        if (variable === undefined) writeBody(message, result, resources.outputType, output);
        else message.setVariable(variable, variableOf(result, resources.outputType, output));
        return true;
      },
    };
  },
});

interface Resources {
  readonly script: MappingScript;
  readonly input: MapperSchema;
  readonly output: MapperSchema;
  readonly inputType: DataType;
  readonly outputType: DataType;
}

/** Reads the resources; they are prepared again when one of their texts has changed. */
function resourceLoader(element: ConfigElement): (message: Message) => Resources {
  const keys = ['config', 'inputSchema', 'outputSchema'].map((name) => {
    requiredAttribute(element, name);
    return dynamicAttribute(element, name);
  });
  let known: { texts: readonly string[]; resources: Resources } | undefined;
  return (message) => {
    const texts = keys.map((key) => entryText(message.environment, key.literal ?? key.evaluate(message) ?? ''));
    if (known?.texts.every((text, index) => text === texts[index])) return known.resources;
    const [code = '', inputText = '', outputText = ''] = texts;
    const input = parseMapperSchema(inputText, 'inputType');
    const output = parseMapperSchema(outputText, 'outputType');
    const resources = {
      script: new MappingScript(code),
      input,
      output,
      inputType: dataType(element.attribute('inputType') ?? input.type, 'input'),
      outputType: dataType(element.attribute('outputType') ?? output.type, 'output'),
    };
    known = { texts, resources };
    return resources;
  };
}

function dataType(text: string | undefined, side: string): DataType {
  const type = dataTypes.find((one) => one === text?.toUpperCase());
  if (!type) throw new Fault(`The data mapper does not know the ${side} type ${text ?? '(none)'}: XML, JSON or CSV`);
  return type;
}

function inputOf(message: Message, { input, inputType }: Resources): unknown {
  const { payload } = message;
  if (inputType === 'JSON') return jsonToInput(toJs(payload.asJson() ?? new Map()));
  if (inputType === 'CSV') return csvToInput(payload.text ?? '', input);
  const element = isEnvelope(input) ? payload.envelope() : payload.firstElement();
  if (!element) throw new Fault('The body is empty: the data mapper has nothing to map');
  return elementToInput(element, input);
}

/** A schema whose root is a SOAP envelope maps all of it. */
function isEnvelope({ title, namespaces }: MapperSchema): boolean {
  const [prefix = '', local] = title.split(':');
  const namespace = namespaces.get(prefix);
  return (
    local === 'Envelope' && (prefix === 'soapenv' || Object.values(SOAP_NAMESPACE).some((one) => one === namespace))
  );
}

function variablesOf(message: Message): unknown {
  return toJs(fromJs(new Map([...message.variables].map(([name, value]) => [name, jsonOf(value)]))));
}

function jsonOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'nodeType' in value ? serializeElement(value as never) : value;
}

/** Sets the body and the media type of axis2; the header stays (mediators 6.8). */
function writeBody(message: Message, result: JsonValue, type: DataType, schema: MapperSchema): void {
  const { payload } = message;
  if (type === 'JSON') payload.setJsonText(jsonText(result));
  else if (type === 'CSV') payload.setText(outputToCsv(result, schema));
  else {
    const element = outputToElement(result, schema);
    if (soapVersionOf(element)) payload.setEnvelope(element);
    else payload.setElement(element);
  }
  const mediaType = { JSON: 'application/json', XML: 'application/xml', CSV: 'text/xml' }[type];
  message.axis2.set('messageType', mediaType);
  message.axis2.set('ContentType', mediaType);
  message.axis2.delete(RECEIVED_TYPE);
}

function variableOf(result: JsonValue, type: DataType, schema: MapperSchema): unknown {
  if (type === 'JSON') return new JsonElement(result);
  return type === 'CSV' ? outputToCsv(result, schema) : outputToElement(result, schema);
}

import { type JavaRegex, javaPattern, javaRegex } from '../../java/regex.js';

/** The switches of message-model 4.6 that govern JSON → XML and XML → JSON. */
export interface ConversionOptions {
  /** Keep prefixes: `soap:b` → `soap_b`. */
  readonly preserveNamespace: boolean;
  readonly namespaceSeparator: string;
  /** `@xmlns` members; with {@link preserveNamespace} only. */
  readonly namespaceDeclarations: boolean;
  /** Encode characters that XML names must not have as `_JsonReader_32_`, and decode them. */
  readonly validNames: boolean;
  /** Texts that look like numbers, booleans and null become such. */
  readonly autoPrimitive: boolean;
  /** Texts that match as a whole stay strings. */
  readonly stringPattern: JavaRegex | undefined;
  /** Texts that contain a match stay strings, with the matches replaced. */
  readonly replacePattern: JavaRegex | undefined;
  readonly replacement: string;
  /** Two or more siblings of one name in a row become an array. */
  readonly autoArray: boolean;
  /** Honour `<?xml-multiple name?>` when reading XML. */
  readonly multipleInstructions: boolean;
  /** Write `<?xml-multiple name?>` in front of arrays when expanding JSON. */
  readonly writeInstructions: boolean;
  /** `nil="true"` ⇄ null. */
  readonly nil: boolean;
  /** An empty element becomes null, else `""`. */
  readonly emptyToNull: boolean;
}

export const defaultConversion: ConversionOptions = readConversionOptions(() => undefined);

/**
 * Reads the switches by their `synapse.properties` keys.
 * @param property gives the text of a key, undefined when it is not set
 * @throws Error when a pattern is no valid expression
 */
export function readConversionOptions(property: (key: string) => string | undefined): ConversionOptions {
  const flag = (key: string, fallback: boolean): boolean => {
    const text = property(key)?.trim().toLowerCase();
    return text === undefined || text === '' ? fallback : text === 'true';
  };
  const output = (key: string): string => `synapse.commons.json.output.${key}`;
  const pattern = property(output('disableAutoPrimitive.regex'));
  const replace = property('synapse.commons.json.json.output.disableAutoPrimitive.customReplaceRegex');
  return {
    preserveNamespace: flag('synapse.commons.json.preserve.namespace', false),
    namespaceSeparator: property(output('namespaceSepChar'))?.trim().slice(0, 1) || '_',
    namespaceDeclarations: flag(output('enableNSDeclarations'), false),
    validNames: flag('synapse.commons.json.buildValidNCNames', false),
    autoPrimitive: flag(output('autoPrimitive'), true),
    stringPattern: pattern ? javaRegex(pattern) : undefined,
    replacePattern: replace ? javaPattern(replace) : undefined,
    replacement: property('synapse.commons.json.json.output.disableAutoPrimitive.customReplaceSequence') ?? '',
    autoArray: flag(output('jsonoutAutoArray'), true),
    multipleInstructions: flag(output('jsonoutMultiplePI'), true),
    writeInstructions:
      flag('synapse.json.to.xml.processing.instruction.enabled', false) || flag(output('xmloutMultiplePI'), false),
    nil: flag('synapse.commons.enableXmlNilReadWrite', false),
    emptyToNull: flag('synapse.commons.enableXmlNullForEmptyElement', true),
  };
}

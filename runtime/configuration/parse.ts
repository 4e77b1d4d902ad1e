import type { Element } from '@xmldom/xmldom';
import { XmlError } from '../xml/error.js';
import { parseXml } from '../xml/parse.js';
import { ConfigElement } from './element.js';
import { ConfigurationError } from './problem.js';

/**
 * Parses a configuration file; every element and attribute knows its line and column.
 * @param file name that problems show
 * @throws ConfigurationError with code `not-well-formed` where the text stops being XML
 */
export function parseConfiguration(text: string, file: string): ConfigElement {
  try {
    return new ConfigElement(parseXml(text, { positions: true }).documentElement as Element, file, undefined);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new ConfigurationError({
      file,
      line: error.line,
      column: error.column,
      severity: 'error',
      code: 'not-well-formed',
      message: `The XML is not well-formed: ${error.message}.`,
    });
  }
}

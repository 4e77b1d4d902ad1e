import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { EntryValue } from '../message/registry.js';
import { XmlError } from '../xml/error.js';
import { parseXml } from '../xml/parse.js';

/**
 * Compiles a local entry: text or an XML element, inline or loaded from a file (artifacts 2.3). A connection, which is
 * the init operation of a connector, is checked as in a sequence (mediators 8.2).
 */
export function compileLocalEntry(
  element: ConfigElement,
  context: CompileContext,
): { kind: 'localEntry'; name: string; value: EntryValue } {
  const name = element.attribute('key') || element.fail('missing-attribute', 'A local entry needs a key attribute');
  const source = element.attribute('src');
  if (!source && contentOf(element)?.localName.endsWith('.init')) context.children(element);
  return { kind: 'localEntry', name, value: source ? loadSource(element, source) : inlineValue(element) };
}

function contentOf(element: ConfigElement): ConfigElement | undefined {
  return element.elements().find(({ localName }) => localName !== 'description');
}

function inlineValue(element: ConfigElement): EntryValue {
  const child = contentOf(element);
  return child ? child.node : element.text.trim();
}

function loadSource(element: ConfigElement, source: string): EntryValue {
  if (!source.startsWith('file:')) {
    return element.fail('unsupported-source', `The local entry's source "${source}" is not a file: URL`, {
      attribute: 'src',
      hint: 'save the resource as a file and name it by a file: URL',
    });
  }
  let text: string;
  try {
    text = readFileSync(fileURLToPath(new URL(source, 'file:///')), 'utf8');
  } catch (error) {
    return element.fail('unreadable-source', `The local entry's source cannot be read: ${(error as Error).message}`, {
      attribute: 'src',
    });
  }
  try {
    const root = parseXml(text).documentElement;
    if (root) return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  return text.trim();
}

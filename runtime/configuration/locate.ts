import type { ConfigElement } from './element.js';

/** Where a text stands: in an attribute, or in the direct text of an element. */
export interface TextPlace {
  readonly holder: ConfigElement;
  readonly attribute: string | undefined;
  /** UTF-16 units before it in the attribute's value or the element's text. */
  readonly offset: number;
}

/** Looks for a text in an element, its attributes and all that is inside of it, in document order. */
export function locateText(element: ConfigElement, text: string): TextPlace | undefined {
  if (text === '') return undefined;
  const attribute = element.attributes().find(({ value }) => value.includes(text));
  if (attribute) return { holder: element, attribute: attribute.name, offset: attribute.value.indexOf(text) };
  const offset = element.text.indexOf(text);
  if (offset >= 0) return { holder: element, attribute: undefined, offset };
  for (const child of element.elements()) {
    const found = locateText(child, text);
    if (found) return found;
  }
  return undefined;
}

/** The options of a problem that points at a column of the text, counted from 1. */
export function pointingAt({ attribute, offset }: TextPlace, column: number) {
  const at = offset + column - 1;
  return attribute === undefined ? { textOffset: at } : { attribute, columnOffset: at };
}

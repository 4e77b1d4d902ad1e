import type { ConfigElement } from '../../configuration/element.js';
import { attributeText } from '../configured.js';
import type { Fields } from '../fields.js';
import type { FlowContext } from '../flow-context.js';
import type { ApigeeMessage } from '../message.js';

/** One change of a message, of those that AssignMessage, RaiseFault and ServiceCallout share (api-management 2.6). */
export interface MessageAction {
  run(message: ApigeeMessage, flow: FlowContext, ignoreUnresolved: boolean): void;
  /** Looks at content that is there before. */
  readonly contentAware: boolean;
}

export const isForm = (element: ConfigElement): boolean => element.localName === 'FormParams';

export function fieldsOf(message: ApigeeMessage, element: ConfigElement): Fields {
  if (element.localName === 'Headers') return message.headers;
  return isForm(element) ? message.formParams : message.queryParams;
}

/** Names that `<Headers>`, `<QueryParams>` or `<FormParams>` list. */
export function fieldNames(element: ConfigElement): string[] {
  return element.elements().map((field) => fieldName(field));
}

export function fieldName(field: ConfigElement): string {
  return attributeText(field, 'name') ?? field.fail('missing-attribute', `<${field.localName}> needs a name`);
}

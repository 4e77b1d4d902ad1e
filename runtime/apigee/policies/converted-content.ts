import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { textOf } from '../value.js';

/** Content of a message, or text of a variable. @throws PolicyFault `{prefix}.SourceUnavailable` when there is none */
export function contentOf(flow: FlowContext, source: string, policy: string, prefix: string): string {
  const text = flow.messageVariable(source)?.content ?? textOf(flow.get(source));
  if (text !== undefined) return text;
  throw new PolicyFault({
    code: `${prefix}.SourceUnavailable`,
    text: `Source ${source} is not available in policy ${policy}`,
  });
}

/** Makes text the content of a message, with its type, or the value of a variable. */
export function putContent(flow: FlowContext, output: string, text: string, type: string): void {
  const message = flow.messageVariable(output);
  if (!(message instanceof ApigeeMessage)) {
    flow.set(output, text);
    return;
  }
  message.headers.set('Content-Type', type);
  // Its length and coding were those of the content before.
  message.headers.delete('Content-Length');
  message.headers.delete('Content-Encoding');
  message.content = text;
}

/** Whether a message says that its content is in the other form already: there is nothing to convert then. */
export function isAlready(flow: FlowContext, source: string, form: 'json' | 'xml'): boolean {
  const type = flow.messageVariable(source)?.mediaType ?? '';
  return type.endsWith(`/${form}`) || type.endsWith(`+${form}`);
}

import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { buildBody } from '../message/build.js';
import type { Message } from '../message/message.js';
import { resolveStatic } from './static-values.js';

/** A text of the configuration that may be an expression: `{…}` as a whole (artifacts 3.7). */
export interface ConfiguredValue {
  /** The text, when it is the same for all messages. */
  readonly constant: string | undefined;
  /** The text for this message; an expression on the body builds it, an absent value is empty. */
  evaluate(message: Message): Promise<string>;
}

export function configuredValue(element: ConfigElement, context: CompileContext): ConfiguredValue {
  const text = resolveStatic(element.text.trim(), element, context);
  if (!(text.startsWith('{') && text.endsWith('}'))) return { constant: text, evaluate: async () => text };
  const expression = context.expression(element, '', text.slice(1, -1));
  return {
    constant: undefined,
    async evaluate(message) {
      if (expression.contentAware && !message.payload.built) await buildBody(message);
      return expression.text(message) ?? '';
    },
  };
}

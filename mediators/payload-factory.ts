import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { ConfigurationError } from '../runtime/configuration/problem.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { booleanAttribute, dynamicAttribute } from './attribute.js';
import { defineMediator } from './mediator.js';
import { compileArguments, type PayloadValue } from './payload-arguments.js';
import { writePayload } from './payload-body.js';
import type { PayloadMedia } from './payload-conversion.js';
import { inlineFormat, keyedFormat } from './payload-format.js';
import { compileFreemarkerPayload } from './payload-freemarker.js';
import { compilePayloadTemplate, type PayloadTemplate } from './payload-template.js';

/**
 * ```xml
 * <payloadFactory media-type="xml|json|text" template-type="default|freemarker" escapeXmlChars="false">
 *   <format>template</format> | <format key="entry|{expression}"/>
 *   <args><arg value="…"/> <arg expression="…" evaluator="xml|json" literal="false"/>*</args>
 * </payloadFactory>
 * ```
 * Builds a new body from a template in which `$1`, `$2` … are the arguments and `${…}` expressions (mediators 6.1).
 */
export const payloadFactory = defineMediator({
  name: 'payloadFactory',
  summary: 'Builds a new body from a template.',
  attributes: {
    'media-type': {
      description: 'What the template makes; other texts write no body.',
      default: 'xml',
      values: ['xml', 'json', 'text'],
    },
    'template-type': { description: '`freemarker` in any case, else the default language.', default: 'default' },
    escapeXmlChars: {
      description: 'Escapes newlines and tabs in JSON arguments.',
      default: 'false',
      values: ['true', 'false'],
    },
  },
  children: ['format', 'args'],
  inner: {
    format: ['key'],
    args: [],
    'args/arg': ['value', 'expression', 'evaluator', 'literal'],
  },
  compile(element, context) {
    const media = mediaOf(element.attribute('media-type') ?? 'xml');
    const format = element.element('format');
    if (!format) {
      return element.fail('missing-element', '<payloadFactory> has no <format>', { hint: 'add <format>…</format>' });
    }
    const args = compileArguments(element.element('args'), context, media);
    const template = templateOf(element, format, context, media);
    return {
      contentAware: true,
      mediate(message) {
        const values: PayloadValue[] = [];
        for (const argument of args) values.push(argument(message));
        writePayload(message, media, template.render(message, values));
        return true;
      },
    };
  },
});

function mediaOf(text: string): PayloadMedia {
  return text === 'xml' || text === 'json' || text === 'text' ? text : 'other';
}

function templateOf(
  element: ConfigElement,
  format: ConfigElement,
  context: CompileContext,
  media: PayloadMedia,
): PayloadTemplate {
  const escapeXmlChars = booleanAttribute(element, 'escapeXmlChars');
  const compileText =
    element.attribute('template-type')?.toLowerCase() === 'freemarker'
      ? (text: string) => compileFreemarkerPayload(format, text, media)
      : (text: string) => {
          const compile = (source: string) => context.expression(format, '', `\${${source}}`);
          return compilePayloadTemplate(text, { media, escapeXmlChars, compile });
        };
  if (format.attribute('key') === undefined) return compileText(inlineFormat(format, media));
  return keyedTemplate(format, compileText);
}

/** A template that a key names is looked up for every message, and compiled again only when its text has changed. */
function keyedTemplate(format: ConfigElement, compileText: (text: string) => PayloadTemplate): PayloadTemplate {
  const key = dynamicAttribute(format, 'key');
  let compiled: { text: string; template: PayloadTemplate } | undefined;
  const template = (message: Message): PayloadTemplate => {
    const text = keyedFormat(message, key.literal ?? key.evaluate(message));
    if (compiled?.text !== text) compiled = { text, template: compileText(text) };
    return compiled.template;
  };
  return {
    render(message, values) {
      try {
        return template(message).render(message, values);
      } catch (error) {
        if (error instanceof ConfigurationError) throw new Fault(error.message, { cause: error });
        throw error;
      }
    },
  };
}

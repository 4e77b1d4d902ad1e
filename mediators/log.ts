import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { compileTemplate } from '../runtime/expression/synapse/template.js';
import type { LogLevel } from '../runtime/message/logger.js';
import type { Message } from '../runtime/message/message.js';
import { booleanAttribute, choiceAttribute, expressionAt } from './attribute.js';
import { type LogText, type LogTextLevel, logText } from './log-text.js';
import { defineMediator, propertyAttributes } from './mediator.js';
import { propertyChildren } from './property-child.js';

const categories: readonly LogLevel[] = ['INFO', 'DEBUG', 'TRACE', 'WARN', 'ERROR', 'FATAL'];

/**
 * ```xml
 * <log level="simple|headers|full|custom" category="INFO" separator=", " logFullPayload="true" logMessageID="true">
 *   <message>text with ${expressions}</message> <property name="n" value="v"|expression="…"/>*
 * </log>
 * ```
 * Writes a line to the log (mediators 3.5). With a message and no level, only the message and properties are written.
 */
export const log = defineMediator({
  name: 'log',
  summary: 'Writes a line to the log.',
  attributes: {
    level: {
      description: 'How much of the message is written.',
      default: 'simple',
      values: ['simple', 'headers', 'full', 'custom'],
    },
    category: { description: 'Level of the log line.', default: 'INFO', values: categories },
    separator: { description: 'Text between the parts; \\n and \\t are newline and tab.', default: ', ' },
    logFullPayload: { description: 'true: as level="full".', values: ['true', 'false'] },
    logMessageID: {
      description: 'true: message and correlation id at levels custom and message.',
      values: ['true', 'false'],
    },
  },
  children: ['message', 'property'],
  inner: {
    message: [],
    property: propertyAttributes,
  },
  compile(element, context) {
    const category = categoryOf(element);
    const parts = partsOf(element, context);
    const lazy = category === 'DEBUG' || category === 'TRACE';
    return {
      contentAware: parts.contentAware,
      mediate(message) {
        const { logger } = message.environment;
        // Only for the two lowest levels does the reference leave the expressions alone when nobody listens.
        if (lazy && !logger.enabled(category)) return true;
        const text = logText(parts, message);
        const correlation = message.axis2Property('correlation_id');
        logger.log(category, 'LogMediator', prefix(parts.level, message) + text, {
          ...(message.artifactName === undefined ? {} : { artifact: label(message.artifactName) }),
          ...(typeof correlation === 'string' ? { correlationId: correlation } : {}),
        });
        message.recorder?.log(category, text);
        return true;
      },
    };
  },
});

function categoryOf(element: ConfigElement): LogLevel {
  const text = element.attribute('category');
  const category = categories.find((one) => one === text?.trim().toUpperCase());
  if (text !== undefined && !category) choiceAttribute(element, 'category', categories, 'INFO');
  return category ?? 'INFO';
}

function levelOf(element: ConfigElement): LogTextLevel {
  if (booleanAttribute(element, 'logFullPayload')) return 'full';
  if (element.attribute('level') === undefined && element.element('message')) return 'template';
  return choiceAttribute(element, 'level', ['simple', 'headers', 'full', 'custom'], 'simple');
}

function partsOf(element: ConfigElement, context: CompileContext): LogText & { contentAware: boolean } {
  const level = levelOf(element);
  const child = element.element('message');
  const text = child && expandEscapes(child.text);
  const template = child && expressionAt(child, undefined, () => compileTemplate(text ?? ''), text);
  const properties = propertyChildren(element, context);
  const needsBody = level === 'simple' || level === 'headers' || level === 'full';
  return {
    level,
    message: template && ((message) => template.render(message)),
    properties,
    separator: expandEscapes(element.attribute('separator') ?? ', '),
    withMessageId: booleanAttribute(element, 'logMessageID'),
    contentAware: needsBody || Boolean(template?.contentAware) || properties.some((one) => one.contentAware),
  };
}

function expandEscapes(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

/** `{api:Name} `; lines of a message template in an API also name the request (mediators 3.5 "Line prefix"). */
function prefix(level: LogTextLevel, message: Message): string {
  const artifact = message.artifactName;
  if (artifact === undefined) return '';
  if (level !== 'template' || !artifact.startsWith('api')) return `{${label(artifact)}} `;
  const request = ['REST_METHOD', 'REST_FULL_REQUEST_PATH'].map((name) => message.properties.get(name));
  return `{${[label(artifact), ...request].filter((part) => typeof part === 'string' && part !== '').join(' ')}} `;
}

/** `apiHello` becomes `api:Hello`; labels of other artifacts stay as they are. */
function label(artifact: string): string {
  return artifact.replace(/^(api|proxy|inboundendpoint)(?!:)/, '$1:');
}

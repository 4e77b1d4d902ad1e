import type { Message } from '../runtime/message/message.js';
import { compileJsonEnrichment } from './enrich-json.js';
import {
  checkCombination,
  compileSource,
  compileTarget,
  type EnrichSource,
  type EnrichTarget,
} from './enrich-parts.js';
import { compileRemoval } from './enrich-remove.js';
import { restoreSavedBody } from './enrich-saved-body.js';
import { isXmlValue } from './enrich-value.js';
import { sourceNodes } from './enrich-xml-source.js';
import { compileXmlTarget } from './enrich-xml-target.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <enrich>
 *   <source type="custom|envelope|body|property|inline" clone="true" xpath="…" property="…" key="…">inline</source>
 *   <target type="custom|envelope|body|property|key" action="replace|child|sibling|remove" xpath="…" property="…"/>
 * </enrich>
 * ```
 * Copies or moves a part of the message somewhere else in it (mediators 6.2). JSON stays JSON when both sides can work
 * on it; otherwise the XML form of the body is edited and counts from then on.
 */
export const enrich = defineMediator({
  name: 'enrich',
  summary: 'Copies or moves a part of the message to another place in it.',
  attributes: {},
  children: ['source', 'target'],
  inner: {
    source: ['type', 'clone', 'xpath', 'property', 'key'],
    target: ['type', 'action', 'xpath', 'property'],
  },
  compile(element, context) {
    const [sourceElement, targetElement] = [element.element('source'), element.element('target')];
    if (!sourceElement || !targetElement) {
      return element.fail('missing-element', '<enrich> needs <source> and <target>', {
        hint: 'add <source type="…"/> and <target type="…"/>',
      });
    }
    const source = compileSource(sourceElement, context);
    const target = compileTarget(targetElement, context);
    checkCombination(element, source, target);
    const onJson = canWorkOnJson(source, target) ? compileOnJson(source, target) : undefined;
    const onXml = compileXmlTarget(target);
    return {
      contentAware: true,
      mediate(message) {
        if (restores(source, target) && restoreSavedBody(message, source.property)) return true;
        if (onJson && message.payload.isJson && !readsXml(message, source)) onJson(message);
        else onXml(message, sourceNodes(message, source), source);
        if (target.type === 'body' || target.type === 'envelope') message.axis2.delete('NO_ENTITY_BODY');
        return true;
      },
    };
  },
});

function compileOnJson(source: EnrichSource, target: EnrichTarget): (message: Message) => void {
  return target.action === 'remove' ? compileRemoval(source, target) : compileJsonEnrichment(source, target);
}

function restores(source: EnrichSource, target: EnrichTarget): source is Extract<EnrichSource, { type: 'property' }> {
  return source.type === 'property' && target.type === 'body' && target.action === 'replace';
}

/** What the configuration says about JSON mode (mediators 6.2); the message has its say, too. */
function canWorkOnJson(source: EnrichSource, target: EnrichTarget): boolean {
  if (source.type === 'envelope' || target.type === 'envelope') return false;
  if (source.type === 'inline' && !source.inline.isJson) return false;
  const paths = [source, target].flatMap((side) => ('path' in side ? [side.path] : []));
  return paths.every(({ language }) => language === 'jsonpath');
}

function readsXml(message: Message, source: EnrichSource): boolean {
  if (source.type === 'property') return isXmlValue(message.properties.get(source.property));
  if (source.type !== 'inline') return false;
  const value = source.inline.value(message);
  return typeof value === 'object' && !source.inline.isEntry;
}

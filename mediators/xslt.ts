import type { Element } from '@xmldom/xmldom';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { PAYLOAD_NAMESPACE } from '../runtime/message/envelope.js';
import type { Message } from '../runtime/message/message.js';
import { createElement, declareNamespace, newDocument } from '../runtime/xml/create.js';
import { xpathAttribute } from './attribute.js';
import { defineMediator, propertyAttributes } from './mediator.js';
import { type PropertyChild, propertyChildren } from './property-child.js';
import { resultElement, sourceOf } from './xslt-source.js';
import { compileStylesheet } from './xslt-stylesheet.js';

/**
 * ```xml
 * <xslt key="entry|{expression}" source="xpath" target="property" useCache="true">
 *   <property name="…" value="…" expression="…"/>*  <feature name="…" value="true|false"/>*
 *   <attribute name="…" value="…"/>*  <resource location="…" key="…"/>*
 * </xslt>
 * ```
 * Transforms the body, or what `source` selects, by an XSLT stylesheet, versions 1.0 to 3.0 (mediators 6.3). Where many
 * messages are to be transformed at once, the one that came first goes first; one whose client has closed its connection
 * meanwhile goes last.
 */
export const xslt = defineMediator({
  name: 'xslt',
  summary: 'Transforms XML by an XSLT stylesheet.',
  attributes: {
    key: { description: 'Entry or registry resource that holds the stylesheet.', required: true },
    source: { description: 'XPath of the node to transform.', default: 'the first body element' },
    target: { description: 'Property that takes the result instead of the body.' },
    useCache: {
      description: 'Whether the stylesheet is compiled once for each content.',
      default: 'true',
      values: ['true', 'false'],
    },
  },
  children: ['property', 'feature', 'attribute', 'resource'],
  inner: {
    property: propertyAttributes,
    feature: ['name', 'value'],
    attribute: ['name', 'value'],
    resource: ['location', 'key'],
  },
  compile(element, context) {
    const stylesheetFor = compileStylesheet(element);
    checkSettings(element);
    const path = xpathAttribute(element, 'source');
    const parameters = propertyChildren(element, context);
    const target = element.attribute('target');
    return {
      contentAware: true,
      async mediate(message) {
        const source = sourceOf(message, path);
        if (!source) {
          message.environment.logger.log('WARN', 'XSLTMediator', 'The body is empty: there is nothing to transform');
          return true;
        }
        const stylesheet = await stylesheetFor(message);
        const values = parameterValues(message, parameters);
        await stylesheet.inTurn(() => {
          const text = stylesheet.transform(source.text(), values);
          if (target !== undefined) message.setProperty(target, propertyValue(message, text, stylesheet.isText));
          else if (stylesheet.isText) source.replaceByElement(textWrapper(text));
          else source.replace(text);
        });
        message.payload.dropJson();
        return true;
      },
    };
  },
});

/** What the target property takes. */
function propertyValue(message: Message, text: string, isText: boolean): string | Element {
  const isKeptAsText = message.properties.get('transform.xslt.result.disableBuild') === 'true';
  if (isKeptAsText) return text;
  return isText ? textWrapper(text) : resultElement(text);
}

/** What the output method text gives is wrapped, whatever `xsl:output` says about an encoding. */
function textWrapper(text: string): Element {
  const wrapper = createElement(newDocument(), 'text', PAYLOAD_NAMESPACE);
  declareNamespace(wrapper, '', PAYLOAD_NAMESPACE);
  if (text !== '' && wrapper.ownerDocument) wrapper.appendChild(wrapper.ownerDocument.createTextNode(text));
  return wrapper;
}

/** A parameter without a value keeps the stylesheet's default. */
function parameterValues(message: Message, parameters: readonly PropertyChild[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, text } of parameters) {
    const value = text(message);
    if (value !== null) values[name] = value;
  }
  return values;
}

const knownSettings =
  /^http:\/\/(?:ws\.apache\.org\/ns\/synapse\/transform\/feature\/dom|javax\.xml\.XMLConstants\/feature\/secure-processing|saxon\.sf\.net\/feature\/.+)$/;

/** Features and attributes of the transformer. They change nothing here; unknown ones are refused (mediators 6.3). */
function checkSettings(element: ConfigElement): void {
  for (const child of element.elements()) {
    if (child.localName === 'feature' || child.localName === 'attribute') checkSetting(child);
  }
}

function checkSetting(setting: ConfigElement): void {
  const name = setting.attribute('name');
  const value = setting.attribute('value');
  if (!name || value === undefined) {
    setting.fail('missing-attribute', `<${setting.localName}> of <xslt> needs "name" and "value"`, {
      hint: 'add name="…" value="…"',
    });
  }
  if (setting.localName === 'feature' && value !== 'true' && value !== 'false') {
    setting.fail('invalid-attribute-value', `value="${value}" of a <feature> is neither true nor false`, {
      attribute: 'value',
      hint: 'use true or false',
    });
  }
  if (!knownSettings.test(name)) {
    setting.fail('unknown-feature', `The XSLT engine knows no ${setting.localName} ${name}`, {
      attribute: 'name',
      hint: 'remove it',
    });
  }
}

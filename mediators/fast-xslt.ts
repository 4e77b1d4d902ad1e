import { defineMediator } from './mediator.js';
import { sourceOf } from './xslt-source.js';
import { compileStylesheet } from './xslt-stylesheet.js';

/**
 * ```xml
 * <fastXSLT key="entry|{expression}"/>
 * ```
 * Transforms the first body element by a stylesheet, without parameters, source and target (mediators 6.4). It runs on
 * the engine of `xslt`; the result's text becomes a text body when the output method is text.
 */
export const fastXslt = defineMediator({
  name: 'fastXSLT',
  summary: 'Transforms the body by an XSLT stylesheet.',
  attributes: { key: { description: 'Entry or registry resource that holds the stylesheet.', required: true } },
  children: ['resource'],
  inner: {
    resource: ['location', 'key'],
  },
  compile(element) {
    const stylesheetFor = compileStylesheet(element);
    return {
      contentAware: true,
      async mediate(message) {
        const source = sourceOf(message);
        if (!source) return true;
        const stylesheet = await stylesheetFor(message);
        await stylesheet.inTurn(() => {
          const text = stylesheet.transform(source.text(), {});
          if (stylesheet.isText) message.payload.setText(text);
          else source.replace(text);
        });
        return true;
      },
    };
  },
});

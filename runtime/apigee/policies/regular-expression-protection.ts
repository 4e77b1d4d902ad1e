import type { ConfigElement } from '../../configuration/element.js';
import { type JavaRegex, javaPattern, RegexSyntaxError } from '../../java/regex.js';
import { JsonSyntaxError } from '../../json/parse.js';
import { XmlError } from '../../xml/error.js';
import { attributeText, childBoolean, childText, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import type { ApigeeMessage } from '../message.js';
import { definePolicy } from '../policy.js';
import { textOf } from '../value.js';
import { compiledAt, compileJsonTexts, compileXmlTexts, namespacesOf, type ReadTexts } from './payload-values.js';

/**
 * ```xml
 * <RegularExpressionProtection name="protect">
 *   <Source>request</Source>
 *   <IgnoreUnresolvedVariables>false</IgnoreUnresolvedVariables>
 *   <URIPath><Pattern>…</Pattern></URIPath>
 *   <QueryParam name="q"><Pattern>…</Pattern></QueryParam>
 *   <Header name="…"/> <FormParam name="…"/> <Variable name="…"/>
 *   <JSONPayload><JSONPath><Expression>$.a</Expression><Pattern>…</Pattern></JSONPath></JSONPayload>
 *   <XMLPayload><Namespaces/><XPath><Expression>/a</Expression><Type>string</Type><Pattern>…</Pattern></XPath></XMLPayload>
 * </RegularExpressionProtection>
 * ```
 *
 * Refuses messages in which a Java regular expression finds something (api-management 2.6).
 */
export const regularExpressionProtection = definePolicy({
  element: 'RegularExpressionProtection',
  summary: 'Refuses messages in which a pattern is found.',
  children: [
    'Source',
    'IgnoreUnresolvedVariables',
    'URIPath',
    'QueryParam',
    'Header',
    'FormParam',
    'Variable',
    'JSONPayload',
    'XMLPayload',
  ],
  compile(element, context) {
    const source = childText(element, 'Source') ?? 'message';
    const ignore = childBoolean(element, 'IgnoreUnresolvedVariables', false);
    const checks = element.elements().flatMap((child) => compileChecks(child));
    if (checks.length === 0)
      element.fail('missing-element', 'RegularExpressionProtection checks nothing', {
        hint: 'add a <QueryParam name="…"><Pattern>…</Pattern></QueryParam>',
      });
    const contentAware = element.elements().some(({ localName }) => /Payload$|^FormParam$|^Variable$/.test(localName));
    return {
      contentAware,
      run(flow) {
        const message = flow.messageVariable(source);
        if (!message) {
          if (ignore) return;
          throw new PolicyFault({
            code: 'steps.regexprotection.UnresolvedVariable',
            text: `Unresolved variable : ${source}`,
          });
        }
        for (const { texts, patterns } of checks) {
          for (const text of texts(message, flow)) {
            const found = patterns.find(({ regex }) => regex.test(text));
            if (found) throw threat(context.name, found.pattern);
          }
        }
      },
    };
  },
});

interface Check {
  texts(message: ApigeeMessage, flow: FlowContext): string[];
  readonly patterns: readonly { readonly pattern: string; readonly regex: JavaRegex }[];
}

function compileChecks(element: ConfigElement): Check[] {
  const name = attributeText(element, 'name');
  const named = () => name ?? element.fail('missing-attribute', `<${element.localName}> needs a name`);
  switch (element.localName) {
    case 'URIPath':
      return [{ patterns: patternsOf(element), texts: (message) => [decoded(message.path)] }];
    case 'QueryParam': {
      const field = named();
      return [{ patterns: patternsOf(element), texts: (message) => message.queryParams.all(field) }];
    }
    case 'Header': {
      const field = named();
      return [{ patterns: patternsOf(element), texts: (message) => message.headers.all(field) }];
    }
    case 'FormParam': {
      const field = named();
      return [{ patterns: patternsOf(element), texts: (message) => message.formParams.all(field) }];
    }
    case 'Variable': {
      const variable = named();
      const texts = (_message: ApigeeMessage, flow: FlowContext) => {
        const text = textOf(flow.get(variable));
        return text === undefined ? [] : [text];
      };
      return [{ patterns: patternsOf(element), texts }];
    }
    case 'JSONPayload':
      return payloadChecks(element, 'JSONPath', compileJsonTexts);
    case 'XMLPayload': {
      const namespaces = namespacesOf(element);
      return payloadChecks(element, 'XPath', (expression) => compileXmlTexts(expression, namespaces));
    }
    default:
      return [];
  }
}

function payloadChecks(element: ConfigElement, name: string, compile: (expression: string) => ReadTexts): Check[] {
  const paths = element.elements().filter(({ localName }) => localName === name);
  return paths.map((path) => {
    const child = path.element('Expression') ?? path.fail('missing-element', `<${name}> needs an <Expression>`);
    const read = compiledAt(child, () => compile(child.text.trim()));
    return { patterns: patternsOf(path), texts: (message) => readable(message, read) };
  });
}

/** Content that is neither JSON nor XML cannot be looked into; who asks for protection does not want it. */
function readable(message: ApigeeMessage, read: ReadTexts): string[] {
  try {
    return read(message.content);
  } catch (error) {
    if (!(error instanceof XmlError) && !(error instanceof JsonSyntaxError)) throw error;
    const code = 'steps.regexprotection.ExecutionFailed';
    throw new PolicyFault({ code, text: `The content cannot be read: ${error.message}`, cause: error });
  }
}

function patternsOf(element: ConfigElement): Check['patterns'] {
  const patterns = element.elements().filter(({ localName }) => localName === 'Pattern');
  if (patterns.length === 0) element.fail('missing-element', `<${element.localName}> needs a <Pattern>`);
  return patterns.map((child) => {
    const pattern = textIn(child) ?? child.fail('missing-text', '<Pattern> is empty');
    try {
      return { pattern, regex: javaPattern(pattern) };
    } catch (error) {
      if (!(error instanceof RegexSyntaxError)) throw error;
      return child.fail('regex', `<Pattern> is no regular expression: ${error.message}`);
    }
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function threat(policy: string, pattern: string): PolicyFault {
  return new PolicyFault({
    code: 'steps.regexprotection.ThreatDetected',
    text: `Regular Expression Threat Detected in ${policy}: regex: ${pattern}`,
  });
}

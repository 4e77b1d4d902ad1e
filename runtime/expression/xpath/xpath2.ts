import type { Element } from '@xmldom/xmldom';
import type { Options } from 'fontoxpath';
import { FloatNumber, WholeNumber } from '../../java/value.js';
import { interruptible } from '../../limit/time-limit.js';
import type { Message } from '../../message/message.js';
import { newDocument } from '../../xml/create.js';
import { cloneInto } from '../../xml/walk.js';
import { ExpressionSyntaxError, type Namespaces } from '../expression.js';
import { type CompileXPath, xpathExpression } from './compile.js';
import { Focus } from './focus.js';
import { isScope, propertyReader } from './functions/property-scopes.js';
import { nodeText } from './nodes.js';
import { numberText } from './values.js';
import { compileVariable } from './variables.js';

type FontoXPath = typeof import('fontoxpath');

const engineNamespace = 'urn:mediant:xpath2';
const standardNamespace = 'http://www.w3.org/2005/xpath-functions';
/** Quoted texts are passed over; the engine has no variables with a prefix, so these get a name of their own. */
const quotedOrVariable = /"[^"]*"|'[^']*'|\$(?:([\w.-]+):)?([\w.-]+)/g;

/**
 * Loads the XPath 2.0 engine, the fallback of `synapse.xpath.dom.failover.enabled=true` for expressions that are no
 * XPath 1.0 (message-model 3.1). As in the reference the context is the first element of the body, and the string value
 * is that of the first item. The variables and `get-property` of XPath 1.0 are known.
 */
export async function loadXPath2(): Promise<CompileXPath> {
  const loaded: FontoXPath & { default?: FontoXPath } = await import('fontoxpath');
  // The package is CommonJS, whose exports Node shows under `default` only.
  const fonto = loaded.default ?? loaded;
  registerGetProperty(fonto);
  return (source, namespaces) => {
    checkSyntax(fonto, source);
    const variables: [name: string, read: (focus: Focus) => unknown][] = [];
    const script = source.replace(quotedOrVariable, (found, prefix: string | undefined, name: string | undefined) => {
      const isPart = prefix === undefined && (name === 'body' || name === 'header' || name === 'env');
      if (name === undefined || (prefix === undefined && !isPart)) return found;
      variables.push([`mediant${variables.length}`, compileVariable(prefix ?? '', name, namespaces)]);
      return `$${variables.at(-1)?.[0]}`;
    });
    return xpathExpression(source, (message) => {
      const focus = new Focus(message);
      const values = Object.fromEntries(variables.map(([name, read]) => [name, plainValue(read(focus))]));
      const items: unknown[] = interruptible(() =>
        fonto.evaluateXPath(
          script,
          contextOf(message),
          null,
          values,
          fonto.evaluateXPath.ALL_RESULTS_TYPE,
          optionsFor(message, namespaces),
        ),
      );
      return firstValue(items);
    });
  };
}

/** The first element of the body in a document of its own, as the reference converts it. */
function contextOf(message: Message): Element | null {
  const element = message.payload.firstElement();
  return element ? cloneInto(element, newDocument()) : null;
}

function optionsFor(message: Message, namespaces: Namespaces): Options {
  return {
    currentContext: message,
    namespaceResolver: (prefix) => (prefix === '' ? null : (namespaces.get(prefix) ?? null)),
    functionNameResolver: ({ localName }) => ({
      namespaceURI: localName === 'get-property' ? engineNamespace : standardNamespace,
      localName,
    }),
  };
}

function registerGetProperty(fonto: FontoXPath): void {
  const name = { namespaceURI: engineNamespace, localName: 'get-property' };
  const text = (value: unknown): string | null =>
    value === null || value === undefined ? null : String(plainValue(value));
  fonto.registerCustomXPathFunction(name, ['xs:string'], 'xs:string?', ({ currentContext }, property: string) =>
    text(propertyReader('default')(currentContext as Message, property, undefined)),
  );
  fonto.registerCustomXPathFunction(
    name,
    ['xs:string', 'xs:string'],
    'xs:string?',
    ({ currentContext }, first: string, second: string) => {
      const message = currentContext as Message;
      return text(
        isScope(first)
          ? propertyReader(first)(message, second, undefined)
          : propertyReader('default')(message, first, second),
      );
    },
  );
}

/** Numbers as the engine takes them: Java's whole numbers and floats have classes of their own here. */
function plainValue(value: unknown): unknown {
  return value instanceof WholeNumber || value instanceof FloatNumber ? Number(value.value) : value;
}

/** The first item as the reference's engine gives it: a text. A Boolean stays one, so that conditions work. */
function firstValue([item]: readonly unknown[]): string | boolean {
  if (item === undefined || item === null) return '';
  if (typeof item === 'boolean') return item;
  return typeof item === 'number' ? numberText(item) : (nodeText(item) ?? String(item));
}

function checkSyntax(fonto: FontoXPath, source: string): void {
  try {
    const language = fonto.evaluateXPath.XPATH_3_1_LANGUAGE;
    const nodes = newDocument() as unknown as Parameters<FontoXPath['parseScript']>[2];
    interruptible(() => fonto.parseScript(source, { language }, nodes));
  } catch (error) {
    const text = (error as Error).message;
    const column = /at <>:\d+:(\d+)/.exec(text)?.[1];
    const reason = /XPST0003: ([^\n]*)/.exec(text)?.[1] ?? 'it does not parse';
    throw new ExpressionSyntaxError(`neither XPath 1.0 nor 2.0: ${reason}`, Number(column ?? 1));
  }
}

import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import type { Message } from '../runtime/message/message.js';

export type FaultVersion = 'soap11' | 'soap12' | 'pox';

/** A fault code written in the configuration. */
export interface FaultCode {
  readonly prefix: string;
  readonly localName: string;
  readonly namespace: string;
}

/** What a `<makefault>` says about its fault. */
export interface FaultParts {
  readonly code: FaultCode | Expression | undefined;
  readonly reason: { text(message: Message): string | null } | undefined;
  readonly node: string | undefined;
  readonly role: string | undefined;
  readonly detail: FaultDetail | undefined;
}

/** One of the three forms of a detail; text may be empty. */
export interface FaultDetail {
  readonly expression?: Expression;
  readonly elements?: readonly ConfigElement[];
  readonly literal?: string;
}

export const soapNamespaces = {
  soap11: 'http://schemas.xmlsoap.org/soap/envelope/',
  soap12: 'http://www.w3.org/2003/05/soap-envelope',
} as const;

const codes = {
  soap11: ['VersionMismatch', 'MustUnderstand', 'Client', 'Server'],
  soap12: ['VersionMismatch', 'MustUnderstand', 'DataEncodingUnknown', 'Sender', 'Receiver'],
} as const;

/**
 * Reads and checks the children of `<makefault>` (mediators 4.10).
 * @throws ConfigurationError for a missing code or reason, or a code that the SOAP version does not have.
 */
export function compileFaultParts(element: ConfigElement, context: CompileContext, version: FaultVersion): FaultParts {
  const code = element.element('code');
  const reason = element.element('reason');
  if (version !== 'pox' && (!code || !reason)) {
    element.fail('missing-element', `a ${version} fault needs <code> and <reason>`, {
      hint: 'add <code value="prefix:Name"/> and <reason value="…"/>, or use version="pox"',
    });
  }
  const node = element.element('node');
  if (node && element.attribute('version') === undefined) {
    node.fail('invalid-element', 'a <node> needs an explicit version', { hint: 'add version="soap12" to <makefault>' });
  }
  const detail = element.element('detail');
  return {
    code: code && compileCode(code, context, version),
    reason: reason && compileReason(reason, context),
    node: version === 'soap12' ? node?.text.trim() : undefined,
    role: element.element('role')?.text.trim(),
    detail: detail && compileDetail(detail, context),
  };
}

function compileCode(element: ConfigElement, context: CompileContext, version: FaultVersion): FaultCode | Expression {
  const value = element.attribute('value');
  if (value === undefined) return xpath(element, context);
  const [prefix = '', localName = '', ...rest] = value.split(':');
  const namespace = rest.length === 0 && localName !== '' ? element.node.lookupNamespaceURI(prefix) : null;
  if (!namespace) {
    element.fail('invalid-attribute-value', `the fault code "${value}" is not prefix:Name with a declared prefix`, {
      attribute: 'value',
      hint: 'write e.g. value="e:Server" and declare xmlns:e',
    });
  }
  // The reference checks the codes of a plain fault as if it were SOAP 1.2.
  const soap = version === 'soap11' ? 'soap11' : 'soap12';
  const allowed: readonly string[] = codes[soap];
  if (namespace !== soapNamespaces[soap] || !allowed.includes(localName)) {
    element.fail('invalid-attribute-value', `"${value}" is no fault code of ${soap}`, {
      attribute: 'value',
      hint: `use one of ${allowed.join(', ')} in ${soapNamespaces[soap]}`,
    });
  }
  return { prefix, localName, namespace };
}

function compileReason(element: ConfigElement, context: CompileContext): FaultParts['reason'] {
  const value = element.attribute('value');
  return value === undefined ? xpath(element, context) : { text: () => value };
}

function compileDetail(element: ConfigElement, context: CompileContext): FaultDetail {
  if (element.attribute('expression') !== undefined) return { expression: xpath(element, context) };
  const elements = element.elements();
  return elements.length > 0 ? { elements } : { literal: element.text };
}

/** Only XPath is understood here, neither json-eval nor `${…}`. */
function xpath(element: ConfigElement, context: CompileContext): Expression {
  if (element.attribute('expression') === undefined) {
    element.fail('missing-attribute', `<${element.localName}> needs "value" or "expression"`, {
      hint: 'add value="…"',
    });
  }
  const expression = context.expression(element, 'expression');
  if (expression.language !== 'xpath') {
    element.fail('invalid-expression', `<${element.localName}> of a fault takes an XPath expression only`, {
      attribute: 'expression',
      hint: 'set a property first and use get-property(…)',
    });
  }
  return expression;
}

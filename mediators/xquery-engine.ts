import type { Document, Element, Node } from '@xmldom/xmldom';
import type { INodesFactory } from 'fontoxpath';
import { interruptible, transformationLimit } from '../runtime/limit/time-limit.js';
import { Fault } from '../runtime/message/fault.js';
import { newDocument } from '../runtime/xml/create.js';

type FontoXPath = typeof import('fontoxpath');

/** An XQuery 3.1 engine. */
export interface XQueryEngine {
  /**
   * Evaluates a query.
   * @param variables values of its external variables by name
   * @returns the first item of the result, undefined when there is none
   * @throws Fault with the engine's reason
   */
  evaluate(query: string, context: Node | undefined, variables: Readonly<Record<string, unknown>>): unknown;
  /** The first node that an XPath finds below an element. @throws Fault */
  select(path: string, element: Element, namespaces: ReadonlyMap<string, string>): unknown;
}

let loading: Promise<XQueryEngine> | undefined;

/** Loads the engine when the first query runs. */
export function loadXQueryEngine(): Promise<XQueryEngine> {
  loading ??= import('fontoxpath').then((loaded: FontoXPath & { default?: FontoXPath }) =>
    // The package is CommonJS, whose exports Node shows under `default` only.
    createEngine(loaded.default ?? loaded),
  );
  return loading;
}

function createEngine(fonto: FontoXPath): XQueryEngine {
  const { ALL_RESULTS_TYPE, XQUERY_3_1_LANGUAGE, XPATH_3_1_LANGUAGE } = fonto.evaluateXPath;
  return {
    evaluate(query, context, variables) {
      const options = { language: XQUERY_3_1_LANGUAGE, nodesFactory: nodesOf(newDocument()) };
      const [first]: unknown[] = guarded('query', () =>
        fonto.evaluateXPath(query, context ?? null, null, { ...variables }, ALL_RESULTS_TYPE, options),
      );
      return first;
    },
    select(path, element, namespaces) {
      const namespaceResolver = (prefix: string) => namespaces.get(prefix) ?? null;
      const [first]: unknown[] = guarded(path, () =>
        fonto.evaluateXPath(path, element, null, null, ALL_RESULTS_TYPE, {
          language: XPATH_3_1_LANGUAGE,
          namespaceResolver,
        }),
      );
      return first;
    },
  };
}

function guarded<Result>(what: string, evaluate: () => Result): Result {
  try {
    return interruptible(evaluate, transformationLimit);
  } catch (error) {
    const [reason = ''] = /\w{4}\d{4}: [^\n]*/.exec((error as Error).message) ?? [(error as Error).message];
    throw new Fault(`The XQuery engine cannot evaluate the ${what}: ${reason.slice(0, 300)}`, { cause: error });
  }
}

/** Makes the nodes that a query constructs. */
function nodesOf(document: Document): INodesFactory {
  return {
    createElementNS: (namespace: string | null, name: string) => document.createElementNS(namespace, name),
    createAttributeNS: (namespace: string | null, name: string) => document.createAttributeNS(namespace, name),
    createTextNode: (text: string) => document.createTextNode(text),
    createComment: (text: string) => document.createComment(text),
    createCDATASection: (text: string) => document.createCDATASection(text),
    createProcessingInstruction: (target: string, data: string) => document.createProcessingInstruction(target, data),
    createDocument: () => newDocument(),
  } as unknown as INodesFactory;
}

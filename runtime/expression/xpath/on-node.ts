import type { Node } from '@xmldom/xmldom';
import type { Message } from '../../message/message.js';
import { ExpressionSyntaxError, type Namespaces } from '../expression.js';
import { compileTree } from './compile-tree.js';
import { Focus } from './focus.js';
import { coreFunction } from './functions/core.js';
import { parseXPath } from './parse.js';
import type { XPathTree } from './syntax.js';

/**
 * Compiles a plain XPath 1.0 expression on nodes: without a message there are no variables and none of the engine's own
 * functions.
 * @returns a function that gives a node-set as an array, a text, a number or a Boolean; it throws XPathError
 * @throws ExpressionSyntaxError
 */
export function compileXPathOnNode(source: string, namespaces: Namespaces): (node: Node) => unknown {
  const tree = parseXPath(source);
  refuseOthers(tree);
  const evaluate = compileTree(tree, namespaces);
  return (node) => evaluate(new Focus(noMessage, node));
}

/** Nothing that {@link refuseOthers} lets pass asks for the message. */
const noMessage = undefined as unknown as Message;

function refuseOthers(tree: XPathTree): void {
  if (tree.type === 'variable') throw new ExpressionSyntaxError(`There is no variable $${tree.name}`, 1);
  if (tree.type === 'call' && coreFunction(tree.name, tree.args.length) === undefined) {
    throw new ExpressionSyntaxError(`There is no function ${tree.name} with ${tree.args.length} arguments`, 1);
  }
  for (const part of partsOf(tree)) refuseOthers(part);
}

function partsOf(tree: XPathTree): readonly XPathTree[] {
  switch (tree.type) {
    case 'call':
      return tree.args;
    case 'negate':
      return [tree.operand];
    case 'binary':
      return [tree.left, tree.right];
    case 'filter':
      return [tree.base, ...tree.predicates];
    case 'path':
      return [...(tree.base ? [tree.base] : []), ...tree.steps.flatMap(({ predicates }) => predicates)];
    default:
      return [];
  }
}

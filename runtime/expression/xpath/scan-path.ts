import { SOAP_NAMESPACE } from '../../message/envelope.js';
import { partOfEnvelope, type ScannedBody } from '../../message/pending.js';
import type { XmlScan } from '../../xml/scanned.js';
import type { Namespaces } from '../expression.js';
import { trimmed } from './result.js';
import type { PathTree, StepTree, XPathTree } from './syntax.js';

/** Elements that a path selects in a scanned body, in document order; undefined where the tree has to be asked. */
export type ScanPath = (body: ScannedBody) => readonly number[] | undefined;

/** Selects elements for those that were selected before; -1 stands for what is above the root. */
type ScanStep = (scan: XmlScan, from: readonly number[]) => number[];

/** A position among the fellows that a name test keeps: counted from 1, or the last one; undefined: all of them. */
type Position = number | 'last' | undefined;

const soapNamespaces: ReadonlySet<string> = new Set(Object.values(SOAP_NAMESPACE));

/**
 * Compiles a location path that only walks down by names, such as `//order[last()]/symbol` or `$header/r:routing`, to
 * one that is evaluated on a scanned document, without a tree (message-model 3.2). Undefined for every other expression.
 */
export function compileScanPath(tree: XPathTree, namespaces: Namespaces): ScanPath | undefined {
  if (tree.type !== 'path' || tree.steps.length === 0) return undefined;
  const part = partOf(tree, namespaces);
  const steps = part && compileSteps(tree.steps, namespaces);
  if (!part || !steps) return undefined;
  return ({ scan, isEnvelope }) => {
    // A body without an envelope of its own stands in one that is not in the text.
    const from = part === 'root' ? -1 : isEnvelope ? partOfEnvelope(scan, part) : part === 'Body' ? -1 : undefined;
    if (from === undefined || (part === 'root' && !isEnvelope && !isDescent(tree.steps[0]))) return undefined;
    let found = [from];
    for (const step of steps) found = step(scan, found);
    return found;
  };
}

/** The text of an expression whose result is these elements (message-model 3.3); undefined where the tree has to be asked. */
export function scannedResultText({ scan }: ScannedBody, elements: readonly number[]): string | undefined {
  const [element] = elements;
  if (element === undefined) return '';
  if (elements.length > 1 || scan.parent(element + 1) === element) return undefined;
  const text = scan.textBetween(scan.content(element), scan.contentEnd(element));
  return trimmed(text) || undefined;
}

function partOf({ base, absolute }: PathTree, namespaces: Namespaces): 'root' | 'Header' | 'Body' | undefined {
  if (base === undefined) return absolute ? 'root' : undefined;
  if (base.type !== 'variable' || (base.prefix !== '' && namespaces.has(base.prefix))) return undefined;
  if (base.name === 'header') return 'Header';
  return base.name === 'body' ? 'Body' : undefined;
}

const isDescent = (step: StepTree | undefined): boolean =>
  step?.axis === 'descendant-or-self' && step.test.type === 'node' && step.predicates.length === 0;

function compileSteps(trees: readonly StepTree[], namespaces: Namespaces): ScanStep[] | undefined {
  const steps: ScanStep[] = [];
  for (let index = 0; index < trees.length; index++) {
    const descends = isDescent(trees[index]);
    const step = compileStep(descends ? trees[++index] : trees[index], descends, namespaces);
    if (!step) return undefined;
    steps.push(step);
  }
  return steps;
}

/** @param anywhere `//name`: children of whatever is below, too */
function compileStep(tree: StepTree | undefined, anywhere: boolean, namespaces: Namespaces): ScanStep | undefined {
  if (tree?.axis !== 'child' || tree.test.type !== 'name' || tree.predicates.length > 1) return undefined;
  const { prefix, local } = tree.test;
  const namespace = prefix === '' ? '' : namespaces.get(prefix);
  // The envelope around a body is in no text, so that its names cannot be looked for there.
  if (namespace === undefined || local === '*' || soapNamespaces.has(namespace)) return undefined;
  const position = tree.predicates[0] === undefined ? undefined : positionOf(tree.predicates[0]);
  if (tree.predicates.length > 0 && position === undefined) return undefined;
  return (scan, from) => {
    const isNamed = scan.kinds.map((kind) => kind.localName === local && kind.namespace === namespace);
    const within = anywhere ? below(scan, from) : childrenOf(from);
    const candidates: number[] = [];
    for (let element = 0; element < scan.size; element++) {
      if (isNamed[scan.kindNumber(element)] && within(element, scan.parent(element) as number))
        candidates.push(element);
    }
    return position === undefined ? candidates : atPosition(scan, candidates, position);
  };
}

/** Those of the candidates, which are in document order, that have this position among those of their parent. */
function atPosition(scan: XmlScan, candidates: readonly number[], position: number | 'last'): number[] {
  const [first = -1] = candidates;
  const parent = scan.parent(first);
  // Mostly all of them have one parent.
  if (candidates.every((element) => scan.parent(element) === parent)) {
    const chosen = position === 'last' ? candidates.at(-1) : candidates[position - 1];
    return chosen === undefined ? [] : [chosen];
  }
  const families = new Map<number, number[]>();
  for (const element of candidates) {
    const family = families.get(scan.parent(element) as number);
    if (family) family.push(element);
    else families.set(scan.parent(element) as number, [element]);
  }
  const chosen = [...families.values()].map((family) => (position === 'last' ? family.at(-1) : family[position - 1]));
  return chosen.filter((element) => element !== undefined).sort((a, b) => a - b);
}

function positionOf(predicate: XPathTree): Position {
  if (predicate.type === 'number') return Number.isInteger(predicate.value) ? predicate.value : undefined;
  const isLast = predicate.type === 'call' && predicate.prefix === '' && predicate.name === 'last';
  return isLast && predicate.args.length === 0 ? 'last' : undefined;
}

/** Whether an element is in reach; it is asked for elements in document order. */
type Within = (element: number, parent: number) => boolean;

function childrenOf(from: readonly number[]): Within {
  const [only = -2] = from;
  if (from.length < 2) return (_element, parent) => parent === only;
  const parents = new Set(from);
  return (_element, parent) => parents.has(parent);
}

function below(scan: XmlScan, from: readonly number[]): Within {
  if (from[0] === -1) return () => true;
  let next = 0;
  let end = 0;
  return (element) => {
    for (let top = from[next]; top !== undefined && top < element; top = from[++next]) {
      end = Math.max(end, scan.end(top));
    }
    return scan.start(element) < end;
  };
}

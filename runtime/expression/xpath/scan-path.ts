import { SOAP_NAMESPACE } from '../../message/envelope.js';
import type { ScannedBody } from '../../message/pending.js';
import { scannedText, type XmlScan } from '../../xml/scan.js';
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
    const from = part === 'root' ? -1 : isEnvelope ? partElement(scan, part) : part === 'Body' ? -1 : undefined;
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
  if (elements.length > 1 || scan.parents[element + 1] === element) return undefined;
  const text = scannedText(scan.text, scan.contents[element] as number, scan.contentEnds[element] as number);
  return trimmed(text) || undefined;
}

function partOf({ base, absolute }: PathTree, namespaces: Namespaces): 'root' | 'Header' | 'Body' | undefined {
  if (base === undefined) return absolute ? 'root' : undefined;
  if (base.type !== 'variable' || (base.prefix !== '' && namespaces.has(base.prefix))) return undefined;
  if (base.name === 'header') return 'Header';
  return base.name === 'body' ? 'Body' : undefined;
}

/** The Header or Body of an envelope. */
function partElement(scan: XmlScan, localName: string): number | undefined {
  for (let element = 1; element < scan.parents.length; element++) {
    const isChild = scan.parents[element] === 0 && scan.localNames[element] === localName;
    if (isChild && scan.namespaces[element] === scan.namespaces[0]) return element;
  }
  return undefined;
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
    const { localNames, namespaces: uris, parents } = scan;
    const within = anywhere ? below(scan, from) : childrenOf(from);
    const found: number[] = [];
    const counts = new Map<number, number>();
    for (let element = 0; element < parents.length; element++) {
      if (localNames[element] !== local || uris[element] !== namespace) continue;
      const parent = parents[element] as number;
      if (!within(element, parent)) continue;
      if (position === undefined) found.push(element);
      else if (position === 'last') counts.set(parent, element);
      else {
        const count = (counts.get(parent) ?? 0) + 1;
        counts.set(parent, count);
        if (count === position) found.push(element);
      }
    }
    return position === 'last' ? [...counts.values()].sort((a, b) => a - b) : found;
  };
}

function positionOf(predicate: XPathTree): Position {
  if (predicate.type === 'number') return Number.isInteger(predicate.value) ? predicate.value : undefined;
  const isLast = predicate.type === 'call' && predicate.prefix === '' && predicate.name === 'last';
  return isLast && predicate.args.length === 0 ? 'last' : undefined;
}

type Within = (element: number, parent: number) => boolean;

function childrenOf(from: readonly number[]): Within {
  const [only = -2] = from;
  if (from.length < 2) return (_element, parent) => parent === only;
  const parents = new Set(from);
  return (_element, parent) => parents.has(parent);
}

function below({ starts, ends }: XmlScan, from: readonly number[]): Within {
  if (from.includes(-1)) return () => true;
  return (element) => from.some((top) => element > top && (starts[element] as number) < (ends[top] as number));
}

import { anything, areDisjoint } from './regex-overlap.js';
import { type RegexNode, regexTree } from './regex-tree.js';

/** Steps that need no supervision. Some 50 ns each at worst: the engine interprets a pattern when it is used first. */
const harmlessSteps = 5e6;
/** More than any text has. */
const longestText = 2 ** 30;

/**
 * The number of characters up to which a pattern can be searched without supervision, whatever the text; -1 when not even
 * the empty text can. The estimate is an upper bound: how often a backtracking matcher may come by each part of the pattern. Where what a loop repeats and
 * what follows it begin differently, there is one place to leave the loop and nothing to try again.
 *
 * @param pattern as the `v` flag of JavaScript reads it
 * @param anywhere the match may begin anywhere in the text
 */
export function longestHarmless(pattern: string, anywhere: boolean): number {
  const estimate = estimator(regexTree(pattern), none);
  const isHarmless = (length: number): boolean => {
    const { steps } = estimate(length);
    return (anywhere ? steps * (length + 1) : steps) <= harmlessSteps;
  };
  let harmless = -1;
  for (let step = longestText; step >= 1; step /= 2) if (isHarmless(harmless + step)) harmless += step;
  return harmless;
}

/** Steps that no machine gets done, and by how much twice the text may at most multiply them, about length to the 15th. */
const endlessSteps = 1e12;
const greatestGrowth = 2 ** 15;

/**
 * Whether there may be texts of some dozen characters on which a pattern is matched practically without end: the estimate
 * grows exponentially with the length of the text, or with what the pattern repeats.
 *
 * @param pattern as the `v` flag of JavaScript reads it
 */
export function isExplosive(pattern: string): boolean {
  const estimate = estimator(regexTree(pattern), none);
  const steps = (length: number): number => estimate(length).steps;
  // A lookbehind that searches has no estimate.
  if (!Number.isFinite(steps(1))) return false;
  return steps(20) >= endlessSteps || steps(40) / steps(20) >= greatestGrowth;
}

/** What comes of matching a part from one place in a text. */
interface Cost {
  /** In how many ways it matches from there, so that what follows is tried anew. */
  readonly ways: number;
  /** Steps to try them all. */
  readonly steps: number;
}

/** The cost of a part by the length of the text. */
type Estimate = (length: number) => Cost;

/** Classes of the characters that a part may begin with. */
type First = ReadonlySet<string>;

const none: First = new Set();
const one: Cost = { ways: 1, steps: 1 };

/** @param follow what may come behind the part */
function estimator(node: RegexNode, follow: First): Estimate {
  switch (node.kind) {
    case 'character':
    case 'anchor':
      return () => one;
    case 'reference':
      return (length) => ({ ways: 1, steps: length });
    case 'look': {
      // Lookbehinds are matched backwards, of which the estimate knows nothing.
      if (node.behind && searches(node.body)) return () => ({ ways: 1, steps: Number.POSITIVE_INFINITY });
      const inner = estimator(node.body, none);
      return (length) => ({ ways: 1, steps: inner(length).steps });
    }
    case 'sequence':
      return estimatorInOrder(node.items, follow);
    case 'choice':
      return estimatorOfChoice(node.items, follow);
    case 'loop':
      return estimatorOfLoop(node, follow);
  }
}

function estimatorInOrder(items: readonly RegexNode[], follow: First): Estimate {
  const backwards: Estimate[] = [];
  let behind = follow;
  for (const item of items.toReversed()) {
    backwards.push(estimator(item, behind));
    behind = firstOf(item, behind);
  }
  const estimates = backwards.toReversed();
  return (length) => {
    let ways = 1;
    let steps = 0;
    for (const estimate of estimates) {
      const inner = estimate(length);
      steps += ways * inner.steps;
      ways *= inner.ways;
    }
    return { ways, steps };
  };
}

function estimatorOfChoice(items: readonly RegexNode[], follow: First): Estimate {
  const estimates = items.map((item) => estimator(item, follow));
  const firsts = items.map((item) => firstOf(item, follow));
  const areApart = firsts.every((first, index) => firsts.slice(0, index).every((other) => areDisjoint(first, other)));
  return (length) => {
    const costs = estimates.map((estimate) => estimate(length));
    const ways = costs.map((cost) => cost.ways);
    return {
      ways: areApart ? Math.max(...ways) : ways.reduce((sum, each) => sum + each, 0),
      steps: costs.reduce((sum, { steps }) => sum + steps, items.length),
    };
  };
}

function estimatorOfLoop({ body, minimum, maximum }: RegexNode & { kind: 'loop' }, follow: First): Estimate {
  const first = firstOf(body, none);
  const estimate = estimator(body, maximum > 1 ? new Set([...first, ...follow]) : follow);
  const shortestRound = shortest(body);
  const leavesOnce = shortestRound > 0 && areDisjoint(first, follow);
  return (length) => {
    const inner = estimate(length);
    const rounds = Math.min(maximum, Math.max(minimum, Math.floor(length / Math.max(1, shortestRound))));
    if (inner.ways <= 1) {
      return { ways: leavesOnce ? 1 : Math.max(1, rounds - minimum + 1), steps: rounds * inner.steps + rounds + 1 };
    }
    const ways = inner.ways ** rounds;
    return { ways: leavesOnce ? ways : 2 * ways, steps: 2 * ways * inner.steps };
  };
}

/** What a part begins with, and what follows it when it may be empty. */
function firstOf(node: RegexNode, follow: First): First {
  const first = ownFirst(node);
  return shortest(node) > 0 ? first : new Set([...first, ...follow]);
}

function ownFirst(node: RegexNode): First {
  switch (node.kind) {
    case 'character':
      return new Set([node.set]);
    case 'anchor':
      return none;
    case 'reference':
      return new Set([anything]);
    case 'look':
      // One that has to search costs each time that it is reached, whatever comes next.
      return searches(node.body) ? new Set([anything]) : none;
    case 'sequence':
      return node.items.reduceRight<First>((behind, item) => firstOf(item, behind), none);
    case 'choice':
      return new Set(node.items.flatMap((item) => [...ownFirst(item)]));
    case 'loop':
      return node.maximum === 0 ? none : ownFirst(node.body);
  }
}

/** Characters that a match has at least. */
function shortest(node: RegexNode): number {
  switch (node.kind) {
    case 'character':
      return 1;
    case 'sequence':
      return node.items.reduce((sum, item) => sum + shortest(item), 0);
    case 'choice':
      return Math.min(...node.items.map(shortest));
    case 'loop':
      return node.minimum === 0 ? 0 : node.minimum * shortest(node.body);
    default:
      return 0;
  }
}

/** Whether it may look at more than a fixed number of characters. */
function searches(node: RegexNode): boolean {
  switch (node.kind) {
    case 'loop':
    case 'reference':
      return true;
    case 'look':
      return searches(node.body);
    case 'sequence':
    case 'choice':
      return node.items.some(searches);
    default:
      return false;
  }
}

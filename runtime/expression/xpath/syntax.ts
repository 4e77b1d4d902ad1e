/**
 * The tree that the XPath parser builds; `compile-tree.ts` turns it into closures. `at` is the offset in the expression of
 * a part that may fail when it is evaluated.
 */
export type XPathTree =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'literal'; readonly value: string }
  | { readonly type: 'variable'; readonly at: number; readonly prefix: string; readonly name: string }
  | {
      readonly type: 'call';
      readonly at: number;
      readonly prefix: string;
      readonly name: string;
      readonly args: readonly XPathTree[];
    }
  | { readonly type: 'negate'; readonly operand: XPathTree }
  | { readonly type: 'binary'; readonly operator: Operator; readonly left: XPathTree; readonly right: XPathTree }
  | { readonly type: 'filter'; readonly base: XPathTree; readonly predicates: readonly XPathTree[] }
  | PathTree;

/** A location path. Without `base` it starts at the context node, or at the root when `absolute`. */
export interface PathTree {
  readonly type: 'path';
  readonly base: XPathTree | undefined;
  readonly absolute: boolean;
  readonly steps: readonly StepTree[];
}

export interface StepTree {
  readonly axis: Axis;
  readonly test: NodeTest;
  readonly predicates: readonly XPathTree[];
}

/** `local` is `*` for any name; `prefix` is empty for none. */
export type NodeTest =
  | { readonly type: 'name'; readonly at: number; readonly prefix: string; readonly local: string }
  | { readonly type: 'node' | 'text' | 'comment' }
  | { readonly type: 'instruction'; readonly target: string | undefined };

export const axes = [
  'ancestor',
  'ancestor-or-self',
  'attribute',
  'child',
  'descendant',
  'descendant-or-self',
  'following',
  'following-sibling',
  'namespace',
  'parent',
  'preceding',
  'preceding-sibling',
  'self',
] as const;
export type Axis = (typeof axes)[number];

export type Operator = 'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'div' | 'mod' | '|';

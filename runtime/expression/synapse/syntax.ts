/** Tree of a parsed Synapse Expression. It lives only between the parser and the compiler. */
export type Node =
  | { readonly kind: 'number' | 'string'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'conditional'; readonly condition: Node; readonly then: Node; readonly otherwise: Node }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[]; readonly path?: PathSyntax }
  | { readonly kind: 'lookup'; readonly source: LookupSource; readonly name: string }
  | { readonly kind: 'payload' | 'variable'; readonly path: PathSyntax };

export type Operator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

/** `headers.x`, `configs.x`, `props.axis2.x`, `params.queryParams.x`, …; `synapse` and `axis2` are property scopes. */
export type LookupSource =
  | 'headers'
  | 'configs'
  | 'synapse'
  | 'axis2'
  | 'queryParams'
  | 'pathParams'
  | 'functionParams';

/**
 * A JSONPath as written, blanks taken out, with the parts of it that are evaluated first. Their values replace the
 * first occurrence of their text (message-model 3.5 "Bracket contents").
 */
export interface PathSyntax {
  readonly text: string;
  readonly parts: readonly { readonly text: string; readonly index: PathIndex }[];
}

export type PathIndex =
  | { readonly kind: 'expression'; readonly node: Node }
  | { readonly kind: 'union'; readonly items: readonly Node[] }
  | { readonly kind: 'slice'; readonly items: readonly SliceBound[] }
  | {
      readonly kind: 'filter';
      readonly text: string;
      readonly parts: readonly { readonly text: string; readonly node: Node }[];
    };

/** A bound of `[a:b]`; absent where nothing stands. `negative`: written with a minus of its own, `[-payload.n:]`. */
export type SliceBound = { readonly node: Node; readonly negative: boolean } | undefined;

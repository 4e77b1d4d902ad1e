import type { FilterTest } from './filter.js';

/** A parsed path: `$` or `@`, then its steps. */
export interface PathSyntax {
  readonly root: '$' | '@';
  readonly tokens: readonly Token[];
}

/** A parameter of a path function: a path of its own, or JSON text. */
export type Parameter = { readonly path: PathSyntax } | { readonly json: string };

export type Token =
  | { readonly kind: 'member'; readonly names: readonly string[]; readonly quote: string }
  | { readonly kind: 'index'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'scan' }
  | { readonly kind: 'filter'; readonly test: FilterTest }
  | { readonly kind: 'function'; readonly name: string; readonly parameters: readonly Parameter[] };

/** The canonical text of a path, as messages show it: `$['a'][0]`. */
export const pathText = (path: PathSyntax): string => path.root + path.tokens.map(tokenText).join('');

export function tokenText(token: Token): string {
  switch (token.kind) {
    case 'member':
      return `[${token.names.map((name) => token.quote + name + token.quote).join(',')}]`;
    case 'index':
      return `[${token.indexes.join(',')}]`;
    case 'slice':
      return `[${token.from ?? ''}:${token.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'scan':
      return '..';
    case 'filter':
      return '[?]';
    case 'function':
      return `.${token.name}${token.parameters.length > 0 ? '(...)' : '()'}`;
  }
}

/** Whether the step at `position` leads to one value at most. */
export function isDefiniteStep(tokens: readonly Token[], position: number): boolean {
  const token = tokens[position];
  switch (token?.kind) {
    case 'member':
      return token.names.length === 1 || position === tokens.length - 1;
    case 'index':
      return token.indexes.length === 1;
    case 'function':
      return true;
    default:
      return false;
  }
}

export const isDefinite = (tokens: readonly Token[]): boolean =>
  tokens.every((_token, position) => isDefiniteStep(tokens, position));

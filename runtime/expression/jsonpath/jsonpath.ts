import { memberValue } from '../../json/number.js';
import type { JsonScan } from '../../json/scan.js';
import type { JsonValue } from '../../json/value.js';
import { limited } from '../../limit/time-limit.js';
import { compileSteps } from './compile-steps.js';
import { PathNotFoundError } from './errors.js';
import { type Evaluation, type FunctionCall, type Place, rootPlace } from './evaluation.js';
import type { FilterPath } from './filter.js';
import { functionCall, jsonParameter, type ParameterValue } from './functions.js';
import { parsePath } from './parser.js';
import { isDefinite, type Parameter, type PathSyntax, pathText, type Token } from './token.js';
import { addPlaces, deletePlaces, putPlaces, renamePlaces, setPlaces } from './write.js';

/** What a path read. */
export interface JsonPathResult {
  /** The one value of a definite path; of an indefinite one the array of what was found, perhaps empty. */
  readonly value: JsonValue;
  /** True when the value was read as a member of an object: a number's literal is normalised then (3.4.2 "Numbers"). */
  readonly isMember: boolean;
}

/**
 * A compiled JSONPath with the semantics of Jayway JsonPath 2.10 (message-model 3.4). Documents given to the writing
 * operations are changed in place; each of those throws {@link PathNotFoundError} when the path finds nothing, unless
 * it says otherwise.
 */
export interface JsonPath {
  /** As written. */
  readonly source: string;
  /** Canonical text: `$['a'][0]`. */
  readonly canonical: string;
  /** At most one value: no `..`, `*`, filter, slice or list of indexes. */
  readonly definite: boolean;
  /** The path is `$`. */
  readonly isRoot: boolean;
  /** The last step names a member. */
  readonly endsInMember: boolean;
  /** Name of the function that the path ends in. Its value null means "no value". */
  readonly endsInFunction: string | undefined;
  /**
   * Throws {@link PathNotFoundError} when a definite path leads nowhere, another JsonPathError when the path does not
   * fit the document.
   */
  read(root: JsonValue): JsonPathResult;
  /**
   * {@link read} for a document that was only scanned; there is none for a path with other steps than names and indexes,
   * for which nothing should be scanned. It gives undefined where the parsed document has to be asked: nothing is there,
   * or so much has been read already that parsing costs less.
   */
  readonly readScanned: ((scan: JsonScan) => JsonPathResult | undefined) | undefined;
  /** Replaces every value found. */
  set(root: JsonValue, value: JsonValue): void;
  /** Appends to every array found. */
  add(root: JsonValue, value: JsonValue): void;
  /** Sets a member of every object found. */
  put(root: JsonValue, name: string, value: JsonValue): void;
  /** Removes every value found. */
  remove(root: JsonValue): void;
  /** Renames a member of every object found; it moves to the end. Finding nothing changes nothing. */
  renameKey(root: JsonValue, name: string, newName: string): void;
}

/**
 * Compiles a path.
 *
 * @throws ExpressionSyntaxError with the column within `source`
 */
export function compileJsonPath(source: string): JsonPath {
  const syntax = parsePath(source, compileFilterPath);
  const path = compile(syntax);
  const last = syntax.tokens.at(-1);
  // What is changed is found first, so that nothing is left half done.
  const placesIn = (root: JsonValue): Place[] => limited(() => path.places(root));
  const places = (root: JsonValue): Place[] => {
    const found = placesIn(root);
    if (found.length === 0) throw new PathNotFoundError(`No results for path: ${path.canonical}`);
    return found;
  };
  return {
    source,
    canonical: path.canonical,
    definite: path.definite,
    isRoot: syntax.root === '$' && syntax.tokens.length === 0,
    endsInMember: last?.kind === 'member',
    endsInFunction: last?.kind === 'function' ? last.name : undefined,
    read: (root) => limited(() => path.read(root, root)),
    readScanned: scannedReader(syntax),
    set: (root, value) => setPlaces(places(root), value),
    add: (root, value) => addPlaces(root, places(root), value),
    put: (root, name, value) => putPlaces(root, places(root), name, value),
    remove: (root) => deletePlaces(places(root)),
    renameKey: (root, name, newName) => renamePlaces(root, placesIn(root), name, newName),
  };
}

function scannedReader({ root, tokens }: PathSyntax): JsonPath['readScanned'] {
  const steps = tokens.map((token) => {
    if (token.kind === 'member' && token.names.length === 1) return token.names[0];
    if (token.kind === 'index' && token.indexes.length === 1) return token.indexes[0];
    return undefined;
  });
  const isSimple = (step: string | number | undefined): step is string | number =>
    typeof step === 'string' || (step !== undefined && step >= 0);
  if (root !== '$' || steps.length === 0 || !steps.every(isSimple)) return undefined;
  const isMember = typeof steps.at(-1) === 'string';
  return (scan) => {
    const value = scan.read(steps);
    if (value === undefined) return undefined;
    return { value: isMember ? memberValue(value) : value, isMember };
  };
}

interface CompiledPath {
  readonly canonical: string;
  readonly definite: boolean;
  /** `document` is where the path starts, `root` what `$` in its filters means. */
  read(document: JsonValue, root: JsonValue, strict?: boolean): JsonPathResult;
  /** Where the values stand; empty when there are none. */
  places(root: JsonValue): Place[];
}

function compile(syntax: PathSyntax): CompiledPath {
  const tokens = scanBeforeFunction(syntax.tokens);
  const step = compileSteps(tokens, compileCall);
  const definite = isDefinite(tokens);
  const canonical = pathText(syntax);
  const places = (root: JsonValue) => {
    const evaluation = begin(root, false, []);
    step(root, rootPlace, evaluation);
    return evaluation.places ?? [];
  };
  return {
    canonical,
    definite,
    read(document, root, strict = false) {
      const evaluation = begin(root, strict, undefined);
      step(document, rootPlace, evaluation);
      const { values, isMember } = evaluation;
      if (!definite) return { value: values, isMember };
      const value = values.at(-1);
      if (value === undefined) throw new PathNotFoundError(`No results for path: ${canonical}`);
      return { value, isMember };
    },
    places,
  };
}

const begin = (root: JsonValue, strict: boolean, places: Place[] | undefined): Evaluation => ({
  root,
  strict,
  values: [],
  isMember: false,
  places,
  rootValues: new Map(),
  scanIndex: undefined,
});

/** `$..a.sum()` is a function of all that `$..a` finds: the scan becomes its parameter. */
function scanBeforeFunction(tokens: readonly Token[]): readonly Token[] {
  if (tokens[0]?.kind !== 'scan' || tokens.at(-1)?.kind !== 'function') return tokens;
  const position = tokens.findIndex((token) => token.kind === 'function');
  const token = tokens[position];
  if (token?.kind !== 'function') return tokens;
  const scanned: Parameter = { path: { root: '$', tokens: tokens.slice(0, position) } };
  return [{ ...token, parameters: [scanned] }, ...tokens.slice(position + 1)];
}

function compileCall(token: Extract<Token, { kind: 'function' }>): FunctionCall {
  const readers = token.parameters.map((parameter) => parameterReader(parameter, token.name));
  return functionCall(token.name, (model, root) => readers.map((read) => read(model, root)));
}

/** Path parameters start at the document's root. */
function parameterReader(parameter: Parameter, name: string): (model: JsonValue, root: JsonValue) => ParameterValue {
  if ('json' in parameter) {
    const value = jsonParameter(parameter.json);
    return () => ({ kind: 'json', value: value() });
  }
  const compiled = compile(parameter.path);
  const counted = name === 'length' || name === 'size' ? countedValue(parameter.path, compiled.definite) : undefined;
  return (model, root) => {
    const { value } = compiled.read(root, root);
    const inner = counted?.(model);
    return { kind: 'path', value, length: Array.isArray(inner) ? inner.length : undefined };
  };
}

/**
 * What `length` counts of a path parameter: all that lies below an indefinite path; of a definite one only the last
 * value below it, which has to be an array for its length to count.
 */
function countedValue(path: PathSyntax, isDefinitePath: boolean): (model: JsonValue) => JsonValue {
  const isBare = path.tokens.length === 0 || path.tokens.at(-1)?.kind === 'function';
  const below = compile(isBare ? path : { ...path, tokens: [...path.tokens, { kind: 'wildcard' }] });
  return (model) => {
    const { value } = below.read(model, model);
    if (isBare || !isDefinitePath || !Array.isArray(value)) return value;
    const last = value.at(-1);
    if (last === undefined) throw new PathNotFoundError(`No results for path: ${below.canonical}`);
    return last;
  };
}

function compileFilterPath(text: string): FilterPath {
  const syntax = parsePath(text, compileFilterPath);
  const path = compile(syntax);
  return {
    fromRoot: syntax.root === '$',
    value: (document, root) => ifFound(() => path.read(document, root).value),
    exists: (document, root) => ifFound(() => path.read(document, root, true)) !== undefined,
  };
}

function ifFound<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof PathNotFoundError) return undefined;
    throw error;
  }
}

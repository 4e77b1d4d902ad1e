import { XPathError } from '../focus.js';
import { booleanOf, numberOf, stringOf } from '../values.js';
import type { XPathFunction } from './function.js';
import { count, lang, localName, name, namespaceUri, sum } from './node.js';
import { javaRound } from './number.js';
import { codePoints, normalizeSpace, substring, substringAfter, substringBefore, translate } from './text.js';

/** A function with the number of arguments that it takes; another number is a fault when it is called. */
interface CoreFunction {
  readonly minimum: number;
  readonly maximum: number;
  readonly call: XPathFunction;
}

const takes = (minimum: number, maximum: number, call: XPathFunction): CoreFunction => ({ minimum, maximum, call });

/** The functions of XPath 1.0 and those that the reference's engine (jaxen) adds (message-model 3.2). */
const functions = new Map<string, CoreFunction>(
  Object.entries({
    boolean: takes(1, 1, ([value]) => booleanOf(value)),
    ceiling: takes(1, 1, ([value]) => Math.ceil(numberOf(value))),
    concat: takes(2, Number.POSITIVE_INFINITY, (args) => args.map(stringOf).join('')),
    contains: takes(2, 2, ([text, part]) => stringOf(text).includes(stringOf(part))),
    count: takes(1, 1, count),
    document: takes(1, 2, ([uri]) => {
      throw new XPathError(
        `document() does not read ${stringOf(uri)}: put the document in a local entry or the registry`,
      );
    }),
    'ends-with': takes(2, 2, ([text, end]) => stringOf(text).endsWith(stringOf(end))),
    false: takes(0, 0, () => false),
    floor: takes(1, 1, ([value]) => Math.floor(numberOf(value))),
    id: takes(1, 1, () => []),
    lang: takes(1, 1, lang),
    last: takes(0, 0, (_args, focus) => focus.size),
    'local-name': takes(0, 1, localName),
    'lower-case': takes(1, 2, ([text]) => stringOf(text).toLowerCase()),
    name: takes(0, 1, name),
    'namespace-uri': takes(0, 1, namespaceUri),
    'normalize-space': takes(0, 1, (args, focus) => normalizeSpace(stringOf(args.length === 0 ? focus.item : args[0]))),
    not: takes(1, 1, ([value]) => !booleanOf(value)),
    number: takes(0, 1, (args, focus) => numberOf(args.length === 0 ? [focus.item] : args[0])),
    position: takes(0, 0, (_args, focus) => focus.position),
    round: takes(1, 1, ([value]) => javaRound(numberOf(value))),
    'starts-with': takes(2, 2, ([text, start]) => stringOf(text).startsWith(stringOf(start))),
    string: takes(0, 1, (args, focus) => stringOf(args.length === 0 ? [focus.item] : args[0])),
    'string-length': takes(0, 1, (args, focus) => codePoints(stringOf(args.length === 0 ? focus.item : args[0]))),
    substring: takes(2, 3, substring),
    'substring-after': takes(2, 2, substringAfter),
    'substring-before': takes(2, 2, substringBefore),
    sum: takes(1, 1, sum),
    translate: takes(3, 3, translate),
    true: takes(0, 0, () => true),
    'upper-case': takes(1, 2, ([text]) => stringOf(text).toUpperCase()),
  } satisfies Record<string, CoreFunction>),
);

/** Their names. */
export const coreFunctionNames: readonly string[] = [...functions.keys()];

/** The function of that name for a call with `given` arguments; undefined when there is none of that name. */
export function coreFunction(named: string, given: number): XPathFunction | undefined {
  const found = functions.get(named);
  if (!found || (given >= found.minimum && given <= found.maximum)) return found?.call;
  return () => {
    const { minimum, maximum } = found;
    const wanted =
      minimum === maximum
        ? `${minimum}`
        : maximum === Number.POSITIVE_INFINITY
          ? `at least ${minimum}`
          : `${minimum} to ${maximum}`;
    throw new XPathError(`${named}() has ${given} arguments, it takes ${wanted}`);
  };
}

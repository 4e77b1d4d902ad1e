import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { locateText, pointingAt } from '../configuration/locate.js';
import { observingPatterns } from '../java/regex.js';

/**
 * Compiles a mediator, and warns about each regular expression in it that can take exponentially long: in attributes, in
 * JSONPath filters, in `split(…)`. A match that does is a fault when its time is over (docs/differences.md).
 */
export function warnAboutPatterns<Compiled>(
  element: ConfigElement,
  context: CompileContext,
  compile: () => Compiled,
): Compiled {
  const warned = new Set<string>();
  return observingPatterns((pattern) => {
    if (warned.has(pattern)) return;
    warned.add(pattern);
    const place = locateText(element, pattern);
    const message = `<${element.localName}>: the regular expression ${shown(pattern)} can take exponentially long on a text of a few dozen characters; the message faults when its time is over`;
    context.report(
      (place?.holder ?? element).problem('explosive-regex', message, {
        severity: 'warning',
        hint: 'what is repeated is tried in every combination: take one of the repetitions inside of one another away, or make the inner one possessive, as in (a++)+',
        ...(place && pointingAt(place, 1)),
      }),
    );
  }, compile);
}

const longest = 60;

function shown(pattern: string): string {
  return pattern.length > longest ? `${pattern.slice(0, longest)}…` : pattern;
}

import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
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
    const { holder, attribute } = holderOf(element, pattern);
    const message = `<${element.localName}>: the regular expression ${shown(pattern)} can take exponentially long on a text of a few dozen characters; the message faults when its time is over`;
    context.report(
      holder.problem('explosive-regex', message, {
        severity: 'warning',
        hint: 'what is repeated is tried in every combination: take one of the repetitions inside of one another away, or make the inner one possessive, as in (a++)+',
        ...(attribute === undefined ? {} : { attribute }),
      }),
    );
  }, compile);
}

/** The attribute that the pattern stands in, of the mediator or of what is inside of it; else the mediator. */
function holderOf(element: ConfigElement, pattern: string): { holder: ConfigElement; attribute?: string } {
  for (const holder of [element, ...descendants(element)]) {
    const found = holder.attributes().find(({ value }) => value.includes(pattern));
    if (found) return { holder, attribute: found.name };
    if (holder.text.includes(pattern)) return { holder };
  }
  return { holder: element };
}

function descendants(element: ConfigElement): ConfigElement[] {
  return element.elements().flatMap((child) => [child, ...descendants(child)]);
}

const longest = 60;

function shown(pattern: string): string {
  return pattern.length > longest ? `${pattern.slice(0, longest)}…` : pattern;
}

import { limited } from '../../runtime/limit/time-limit.js';
import { compileDirectives } from './directives.js';
import { syntaxError } from './error.js';
import type { Value } from './model.js';
import { Scope } from './scope.js';
import { splitTemplate } from './splitter.js';

/**
 * FreeMarker templates, as far as payloads need them: `${…}`, `<#if>`, `<#list>`, `<#assign>`, `<#switch>`, `<#sep>`,
 * `<#noparse>`, `<#attempt>`, `<#stop>`, comments, and the built-ins of strings, numbers, sequences, hashes and loops.
 * Macros, includes, dates and locales are not there. A template runs no code of the server.
 */
export interface FreemarkerTemplate {
  /** @throws FreemarkerError when a value is missing or has the wrong type, TimeLimitError when it takes too long. */
  render(model: ReadonlyMap<string, Value>): string;
}

/** @throws FreemarkerSyntaxError */
export function compileFreemarker(text: string): FreemarkerTemplate {
  const run = withinStack(text, () => compileDirectives(text, splitTemplate(text)));
  return { render: (model) => limited(() => run(new Scope(new Scope(undefined, model)))) };
}

/** The parser calls itself for what stands inside of something. */
function withinStack<Result>(text: string, compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    if (error instanceof RangeError) throw syntaxError('Brackets or directives are nested too deep', text, 0);
    throw error;
  }
}

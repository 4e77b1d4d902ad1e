import { compileDirectives } from './directives.js';
import type { Value } from './model.js';
import { Scope } from './scope.js';
import { splitTemplate } from './splitter.js';

/**
 * FreeMarker templates, as far as payloads need them: `${…}`, `<#if>`, `<#list>`, `<#assign>`, `<#switch>`, `<#sep>`,
 * `<#noparse>`, `<#attempt>`, `<#stop>`, comments, and the built-ins of strings, numbers, sequences, hashes and loops.
 * Macros, includes, dates and locales are not there. A template runs no code of the server.
 */
export interface FreemarkerTemplate {
  /** @throws FreemarkerError when a value is missing or has the wrong type. */
  render(model: ReadonlyMap<string, Value>): string;
}

/** @throws FreemarkerSyntaxError */
export function compileFreemarker(text: string): FreemarkerTemplate {
  const run = compileDirectives(text, splitTemplate(text));
  return { render: (model) => run(new Scope(new Scope(undefined, model))) };
}

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { MediatorDefinition } from '../../mediators/mediator.js';
import type { CompileContext, Step } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { ConfigurationError } from '../configuration/problem.js';
import { Fault } from '../message/fault.js';
import type { Mediate, Outcome } from '../message/message.js';

/**
 * Loads JavaScript modules with mediators of a user's own (`--module`): every export that is a definition, or a list of
 * them, counts. What such a mediator does wrong is said with its name and file, and harms nothing else.
 * @param files absolute paths
 * @throws Error for a module that cannot be loaded or has no mediator
 */
export async function loadMediators(files: readonly string[]): Promise<MediatorDefinition[]> {
  const found: MediatorDefinition[] = [];
  for (const file of files) {
    const definitions = definitionsOf(await importFile(file));
    if (definitions.length === 0) {
      throw new Error(`${file} exports no mediator; export what defineMediator({ name, compile, … }) gives`);
    }
    found.push(...definitions.map((definition) => guarded(definition, file)));
  }
  return found;
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) throw new Error(`${file} does not exist`);
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
}

/** A module for `require` shows its exports twice. */
function definitionsOf(exports: Record<string, unknown>): MediatorDefinition[] {
  const inner = Object.values((exports.default ?? {}) as Record<string, unknown>);
  const all = [...Object.values(exports), ...inner].flat();
  return [...new Set(all)].filter(isDefinition);
}

function isDefinition(value: unknown): value is MediatorDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { name, compile } = value as Partial<MediatorDefinition>;
  return typeof name === 'string' && typeof compile === 'function';
}

function guarded(definition: MediatorDefinition, file: string): MediatorDefinition {
  const { name } = definition;
  const summary = definition.summary ?? '';
  const compile = (element: ConfigElement, context: CompileContext): Step => {
    const step = compileGuarded(definition, file, element, context);
    return { ...step, mediate: checked(step.mediate, name) };
  };
  return { ...definition, summary, attributes: definition.attributes ?? {}, compile };
}

function compileGuarded(
  definition: MediatorDefinition,
  file: string,
  element: ConfigElement,
  context: CompileContext,
): Step {
  const refuse = (reason: string): never =>
    element.fail('mediator-failed', `The mediator "${definition.name}" of ${file} cannot be set up: ${reason}`, {
      hint: 'correct its compile function',
    });
  let step: unknown;
  try {
    step = definition.compile(element, context);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const { mediate, contentAware = true } = (step ?? {}) as Partial<Step>;
  if (typeof mediate !== 'function') return refuse('compile has to return { mediate, contentAware }');
  return { mediate, contentAware };
}

/** A forgotten `return true` would end the flow without a word. */
function checked(mediate: Mediate, name: string): Mediate {
  const check = (outcome: unknown): Outcome => {
    if (typeof outcome === 'boolean') return outcome;
    throw new Fault(`The mediator "${name}" returned ${String(outcome)}: true goes on, false stops the flow`);
  };
  return (message) => {
    const outcome: unknown = mediate(message);
    return outcome instanceof Promise ? outcome.then(check) : check(outcome);
  };
}

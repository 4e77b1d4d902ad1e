import { keptValue } from '../../mediators/kept-value.js';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { nearest } from '../configuration/nearest.js';
import { resolveStatic } from '../endpoint/static-values.js';
import type { Environment } from '../message/message.js';

/** The `<parameter name="…">` children of an artifact, each read once at deploy. */
export class Parameters {
  readonly #elements = new Map<string, ConfigElement>();
  readonly #values = new Map<string, string>();

  /**
   * @param known names; others are warned about, as they have no effect
   * @throws ConfigurationError for a `$SYSTEM:` or `$FILE:` value that is missing (artifacts 6.9)
   */
  constructor(
    private readonly artifact: ConfigElement,
    context: CompileContext,
    known: readonly string[],
  ) {
    for (const element of artifact.elements().filter(({ localName }) => localName === 'parameter')) {
      const name = element.attribute('name') || element.fail('missing-attribute', '<parameter> needs a name');
      const given = element.attribute('value') ?? element.attribute('expression') ?? element.text;
      this.#elements.set(name, element);
      this.#values.set(name, resolveStatic(given.trim(), element, context));
      if (!known.includes(name)) context.report(unknownParameter(element, name, known));
    }
  }

  /** Names and values as they stand; a secret of the vault stays its expression. */
  get all(): ReadonlyMap<string, string> {
    return this.#values;
  }

  /** The text; undefined for an absent or empty one. */
  text(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  /** {@link text} for a parameter that has to be there. @throws ConfigurationError */
  required(name: string): string {
    return (
      this.text(name) ??
      this.artifact.fail('missing-parameter', `<${this.artifact.localName}> needs the parameter ${name}`, {
        hint: `add <parameter name="${name}">…</parameter>`,
      })
    );
  }

  /** A text that is looked up when it is used, as the vault may change. */
  secret(name: string): (environment: Environment) => string | undefined {
    const text = this.text(name);
    return (environment) => (text === undefined ? undefined : keptValue(text, environment));
  }

  /** A whole number. @throws ConfigurationError for anything else */
  integer(name: string, byDefault: number): number {
    const text = this.text(name);
    if (text === undefined) return byDefault;
    return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : this.refuse(name, `${name} is no whole number: ${text}`);
  }

  /** `true` in any case; absent, the default. */
  flag(name: string, byDefault: boolean): boolean {
    const text = this.text(name);
    return text === undefined ? byDefault : text.toLowerCase() === 'true';
  }

  /** Refuses the artifact because of a parameter. */
  refuse(name: string, message: string, hint?: string): never {
    const element = this.#elements.get(name) ?? this.artifact;
    return element.fail('invalid-parameter', message, hint === undefined ? {} : { hint });
  }

  /** Says that a parameter has no effect here. */
  warn(context: CompileContext, name: string, message: string): void {
    const element = this.#elements.get(name);
    if (element) context.report(element.problem('parameter-without-effect', message, { severity: 'warning' }));
  }
}

function unknownParameter(element: ConfigElement, name: string, known: readonly string[]) {
  const near = nearest(name, known);
  return element.problem('unknown-parameter', `The parameter "${name}" is not known; it is ignored`, {
    severity: 'warning',
    attribute: 'name',
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  });
}

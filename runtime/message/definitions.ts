/** Kinds of deployed definitions, by the lookup that finds them. */
type Kind = 'sequence' | 'sequenceTemplate' | 'endpoint';

/** What looks definitions up by kind and key. */
type Source<Definition> = Record<Kind, (key: string) => Definition | undefined>;

/**
 * Definitions that a message has looked up: each stays the same for the rest of the message, even when it is redeployed
 * meanwhile, so that one message never runs two versions of a sequence (message-model 1.1). What was not found is looked
 * up again.
 */
export class Definitions {
  readonly #found: { [Name in Kind]?: Map<string, unknown> } = {};

  find<Name extends Kind, Sources extends Pick<Source<unknown>, Name>>(
    kind: Name,
    key: string,
    source: Sources,
  ): ReturnType<Sources[Name]> {
    const known = this.#found[kind]?.get(key) ?? this.#lookUp(kind, key, source);
    return known as ReturnType<Sources[Name]>;
  }

  #lookUp<Name extends Kind>(kind: Name, key: string, source: Pick<Source<unknown>, Name>): unknown {
    const found = source[kind](key);
    if (found === undefined) return undefined;
    const known = this.#found[kind] ?? new Map<string, unknown>();
    this.#found[kind] = known.set(key, found);
    return found;
  }
}

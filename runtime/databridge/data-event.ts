import type { FloatNumber, WholeNumber } from '../java/value.js';

/** Types of the attributes of a stream. */
export type AttributeType = 'INT' | 'LONG' | 'FLOAT' | 'DOUBLE' | 'BOOL' | 'STRING';

/**
 * The value of an attribute: an INT or LONG is a {@link WholeNumber}, a FLOAT a {@link FloatNumber}, a DOUBLE a number. Null
 * is no value: receivers read it as a STRING.
 */
export type AttributeValue = string | boolean | number | WholeNumber | FloatNumber | null;

export interface StreamAttribute {
  readonly name: string;
  readonly type: AttributeType;
}

/** What the events of a stream consist of. Values of an event come in the order of the attributes. */
export interface StreamDefinition {
  readonly name: string;
  readonly version: string;
  readonly nickName?: string;
  readonly description?: string;
  readonly meta: readonly StreamAttribute[];
  readonly correlation: readonly StreamAttribute[];
  readonly payload: readonly StreamAttribute[];
}

/** One event of a stream. */
export interface DataEvent {
  readonly stream: StreamDefinition;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly meta: readonly AttributeValue[];
  readonly correlation: readonly AttributeValue[];
  readonly payload: readonly AttributeValue[];
  /** Further values by name. */
  readonly arbitrary?: ReadonlyMap<string, string>;
}

/** `name:version`, by which an event names its stream. */
export const streamId = ({ name, version }: StreamDefinition): string => `${name}:${version}`;

/** The definition as receivers read it: JSON. Lists without an attribute are left out. */
export function definitionJson(stream: StreamDefinition): string {
  const { name, version, nickName, description, meta, correlation, payload } = stream;
  const list = (attributes: readonly StreamAttribute[]) => (attributes.length === 0 ? undefined : attributes);
  return JSON.stringify({
    name,
    version,
    nickName,
    description,
    metaData: list(meta),
    correlationData: list(correlation),
    payloadData: list(payload),
  });
}

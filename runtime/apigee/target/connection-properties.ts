import type { ConfigElement } from '../../configuration/element.js';
import { textIn } from '../configured.js';
import { defaultSuccessCodes, successCodes } from './success-codes.js';

/** Properties of a connection by name; empty ones are absent. */
export function connectionProperties(connection: ConfigElement | undefined): Map<string, ConfigElement> {
  const lists = connection?.elements().filter(({ localName }) => localName === 'Properties') ?? [];
  const found = lists.flatMap((list) => list.elements()).filter((property) => textIn(property) !== undefined);
  return new Map(found.map((property) => [property.attribute('name') ?? '', property]));
}

/** Milliseconds of a property. @throws ConfigurationError for another text */
export function millisecondsOf(properties: ReadonlyMap<string, ConfigElement>, name: string, absent: number): number {
  const property = properties.get(name);
  const text = textIn(property);
  if (!property || text === undefined) return absent;
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : property.fail('bad-value', `${name} must be milliseconds`);
}

/** Which answers are no errors, by the property `success.codes`. @throws ConfigurationError */
export function statusRule(connection: ConfigElement | undefined): (status: number) => boolean {
  const property = connectionProperties(connection).get('success.codes');
  const text = textIn(property) ?? defaultSuccessCodes;
  const rule = successCodes(text);
  if (rule) return rule;
  return (property as ConfigElement).fail('bad-value', `"${text}" is no list of status codes such as 2xx,304`);
}

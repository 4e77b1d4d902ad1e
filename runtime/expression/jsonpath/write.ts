import { memberValue } from '../../json/number.js';
import { isJsonArray, isJsonObject, type JsonValue } from '../../json/value.js';
import { JsonPathError, PathNotFoundError } from './errors.js';
import type { Place } from './evaluation.js';

/** Replaces the values at these places. The whole document cannot be replaced in place. */
export function setPlaces(places: readonly Place[], value: JsonValue): void {
  for (const place of ordered(places)) {
    if (place.kind === 'root') throw new JsonPathError('Invalid set operation on $');
    if (place.kind === 'item') place.parent[place.index] = value;
    else for (const name of place.names) place.parent.set(name, value);
  }
}

/** Removes the values at these places. */
export function deletePlaces(places: readonly Place[]): void {
  for (const place of ordered(places)) {
    if (place.kind === 'root') throw new JsonPathError('Invalid delete operation on $');
    if (place.kind === 'item') place.parent.splice(place.index, 1);
    else for (const name of place.names) place.parent.delete(name);
  }
}

/** Appends to the arrays at these places; a null there is passed over. */
export function addPlaces(root: JsonValue, places: readonly Place[], value: JsonValue): void {
  for (const target of targets(root, places)) {
    if (!isJsonArray(target)) throw new JsonPathError('Can only add to an array');
    target.push(value);
  }
}

/** Sets a member of the objects at these places; a null there is passed over. */
export function putPlaces(root: JsonValue, places: readonly Place[], name: string, value: JsonValue): void {
  for (const target of targets(root, places)) {
    if (!isJsonObject(target)) throw new JsonPathError('Can only add properties to a map');
    target.set(name, value);
  }
}

/** Renames a member of the objects at these places: it moves to the end (message-model 3.4.3). */
export function renamePlaces(root: JsonValue, places: readonly Place[], name: string, newName: string): void {
  for (const target of targets(root, places)) {
    if (!isJsonObject(target)) throw new JsonPathError('Can only rename properties in a map');
    const value = target.get(name);
    if (value === undefined) throw new PathNotFoundError(`No results for Key ${name} found in map!`);
    target.set(newName, memberValue(value));
    target.delete(name);
  }
}

/** From the last array item to the first, so that deleting one does not move those still to come. */
function ordered(places: readonly Place[]): Place[] {
  const index = (place: Place) => (place.kind === 'item' ? place.index : -1);
  return [...places].sort((a, b) => index(b) - index(a));
}

function* targets(root: JsonValue, places: readonly Place[]): Generator<JsonValue> {
  for (const place of ordered(places)) {
    const target = placeValue(root, place);
    if (target !== undefined && target !== null) yield target;
  }
}

function placeValue(root: JsonValue, place: Place): JsonValue | undefined {
  if (place.kind === 'root') return root;
  if (place.kind === 'item') return place.parent[place.index];
  if (place.names.length !== 1) throw new JsonPathError('This cannot be done to several properties at once');
  return place.parent.get(place.names[0] ?? '');
}

import { isJsonArray, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../runtime/json/value.js';
import { typed } from './datamapper-input.js';
import { itemSchema, type MapperSchema, schemasOf, scriptName, textMember } from './datamapper-schema.js';

/** Rows of a CSV text as objects, columns in the order of the schema. A first row that only names them is passed over. */
export function csvToInput(text: string, schema: MapperSchema): unknown[] {
  const columns = [...columnsOf(schema)];
  const rows = parseCsv(text);
  const isHeader = rows[0]?.every((cell, index) => cell.trim() === columns[index]?.[0]) === true;
  return rows.slice(isHeader ? 1 : 0).map((row) =>
    Object.fromEntries(
      columns.flatMap(([name, column], index) => {
        const cell = row[index];
        return cell === undefined ? [] : [[scriptName(name), typed(cell, textMember(column, 'type'))]];
      }),
    ),
  );
}

/** A result as CSV: a row with the names of the columns, then one for each item. */
export function outputToCsv(value: JsonValue, schema: MapperSchema): string {
  const items = isJsonArray(value) ? value : [value];
  const names = [...columnsOf(schema).keys()];
  const columns =
    names.length > 0 ? names : [...new Set(items.flatMap((item) => (isJsonObject(item) ? [...item.keys()] : [])))];
  const rows = items.map((item) => columns.map((name) => cellOf(item, name)));
  return [columns, ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

function columnsOf({ root }: MapperSchema): ReadonlyMap<string, JsonObject> {
  return schemasOf(itemSchema(root) ?? root, 'properties');
}

function cellOf(item: JsonValue, name: string): string {
  const value = isJsonObject(item) ? (item.get(scriptName(name)) ?? item.get(name) ?? null) : null;
  if (value === null) return '';
  return value instanceof JsonNumber ? value.literal : String(value);
}

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** RFC 4180; empty lines are no rows. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quotedCell, plainCell, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quotedCell === undefined ? (plainCell ?? '') : quotedCell.replaceAll('""', '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

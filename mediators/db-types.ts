import type { SqlValue } from '../runtime/database/database.js';

/** Reads a text as a value of a type; undefined when it is none. */
type Convert = (text: string) => SqlValue | undefined;

const text: Convert = (value) => value;

/** A bigint also where a number would do: a driver may take a number for a double. */
const integer =
  (bits: bigint): Convert =>
  (value) => {
    if (!/^[+-]?\d+$/.test(value)) return undefined;
    const number = BigInt(value.replace(/^\+/, ''));
    const limit = 1n << (bits - 1n);
    return number >= -limit && number < limit ? number : undefined;
  };

const double: Convert = (value) => {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isNaN(number) ? undefined : number;
};

/** Stays the text: a number with more digits than a double would lose them. */
const decimal: Convert = (value) => (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value) ? value : undefined);

const matching =
  (format: RegExp): Convert =>
  (value) =>
    format.test(value) ? value : undefined;

/** The types of a statement's parameters (mediators 10.1), dates and times as JDBC writes them. */
export const sqlTypes: Readonly<Record<string, Convert>> = {
  CHAR: text,
  VARCHAR: text,
  LONGVARCHAR: text,
  NUMERIC: decimal,
  DECIMAL: decimal,
  BIT: (value) => value.toLowerCase() === 'true',
  TINYINT: integer(8n),
  SMALLINT: integer(16n),
  INTEGER: integer(32n),
  BIGINT: integer(64n),
  REAL: double,
  FLOAT: double,
  DOUBLE: double,
  DATE: matching(/^\d{4}-\d{1,2}-\d{1,2}$/),
  TIME: matching(/^\d{1,2}:\d{1,2}:\d{1,2}$/),
  TIMESTAMP: matching(/^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?$/),
};

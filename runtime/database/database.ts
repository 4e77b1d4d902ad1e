/** A value for a placeholder; null is SQL NULL. */
export type SqlValue = string | number | bigint | boolean | null;

/** One row: its values as texts, as a JDBC driver shows them; null for SQL NULL. */
export interface Row {
  /** The value of a column by its label, in any case; undefined when there is no such column. */
  named(label: string): string | null | undefined;
  /** The value of a column by its number from 1. */
  at(position: number): string | null | undefined;
}

/** A pool of connections to one database. Statements have `?` for their values. Connections close when idle. */
export interface Database {
  /** The first row of a query. @throws Error of the driver */
  first(sql: string, values: readonly SqlValue[]): Promise<Row | undefined>;
  /** Runs a change; the number of rows that it changed. @throws Error of the driver */
  change(sql: string, values: readonly SqlValue[]): Promise<number>;
}

/** How to connect. */
export interface Connection {
  /** `jdbc:postgresql://host:5432/name`, `jdbc:mysql://…`, `jdbc:mariadb://…`, `jdbc:sqlite:file`. */
  readonly url: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Connections at once. */
  readonly maximum: number;
  /** Milliseconds to wait for a connection. */
  readonly wait: number;
}

/** Where a server is. */
export interface Address {
  readonly host: string;
  readonly port: number | undefined;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

/** Makes a row of the columns' labels and texts. */
export function rowOf(labels: readonly string[], values: readonly (string | null)[]): Row {
  return {
    named(label) {
      const index = labels.findIndex((one) => one.toLowerCase() === label.toLowerCase());
      return index < 0 ? undefined : values[index];
    },
    at: (position) => values[position - 1],
  };
}

/** A date with time as JDBC shows it: always with a fraction of a second. */
export const timestampText = (text: string): string =>
  text.includes('.') ? text.replace(/(\.\d+?)0+$/, '$1') : `${text}.0`;

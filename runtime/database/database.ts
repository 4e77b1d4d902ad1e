/** A value for a placeholder; null is SQL NULL. */
export type SqlValue = string | number | bigint | boolean | Uint8Array | null;

/** One row: its values as texts, as a JDBC driver shows them; null for SQL NULL. */
export interface Row {
  /** The value of a column by its label, in any case; undefined when there is no such column. */
  named(label: string): string | null | undefined;
  /** The value of a column by its number from 1. */
  at(position: number): string | null | undefined;
}

/** Runs statements, which have `?` for their values. */
export interface Session {
  /** The first row of a query. @throws Error of the driver */
  first(sql: string, values: readonly SqlValue[]): Promise<Row | undefined>;
  /** Runs a change; the number of rows that it changed. @throws Error of the driver */
  change(sql: string, values: readonly SqlValue[]): Promise<number>;
}

/** A pool of connections to one database; each statement is committed by itself. Connections close when idle. */
export interface Database extends Session {
  /** Begins a transaction on a connection of its own. @throws Error when none is free in time */
  begin(): Promise<Transaction>;
  /** Closes the connections when nobody uses them any more. */
  close(): Promise<void>;
}

/** Statements that take effect together; one of the two ends it, whether or not it succeeds. */
export interface Transaction extends Session {
  /** @throws Error when the database did not commit */
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** What a transaction sees of others, in the words of SQL. */
export type Isolation = 'read uncommitted' | 'read committed' | 'repeatable read' | 'serializable';

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
  /** Of every statement; that of the server when absent. */
  readonly isolation?: Isolation | undefined;
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

import { createPool, type FieldPacket, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { doubleText, floatText } from '../java/double-text.js';
import { type Address, type Connection, type Database, rowOf, timestampText } from './database.js';

/** Column types of the protocol. */
const column = { tiny: 1, float: 4, double: 5, timestamp: 7, dateTime: 12, bit: 16 } as const;

/** A pool of connections to MySQL or MariaDB. */
export function openMysql(connection: Connection, address: Address): Database {
  const pool = createPool({
    host: address.host,
    port: address.port ?? 3306,
    database: address.database,
    ...(address.user === undefined ? {} : { user: address.user }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls ? { ssl: {} } : {}),
    connectionLimit: connection.maximum,
    connectTimeout: connection.wait,
    maxIdle: 0,
    idleTimeout: 30_000,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
  });
  return {
    async first(sql, values) {
      const [rows, fields] = await pool.execute<RowDataPacket[][]>({ sql, rowsAsArray: true }, [...values]);
      const row = rows[0] as unknown[] | undefined;
      if (!row) return undefined;
      return rowOf(
        fields.map(({ name }) => name),
        row.map((value, index) => shown(value, fields[index])),
      );
    },
    async change(sql, values) {
      const [result] = await pool.execute<ResultSetHeader>(sql, [...values]);
      return result.affectedRows ?? 0;
    },
  };
}

function shown(value: unknown, field: FieldPacket | undefined): string | null {
  if (value === null || value === undefined) return null;
  const type = field?.columnType;
  if (value instanceof Uint8Array) {
    return type === column.bit && value.length === 1 ? String(value[0] === 1) : Buffer.from(value).toString('utf8');
  }
  // One digit of TINYINT is how the server stores a Boolean, and how its JDBC driver shows it.
  if (type === column.tiny && field?.columnLength === 1) return String(Number(value) !== 0);
  if (type === column.double) return doubleText(Number(value));
  if (type === column.float) return floatText(Number(value));
  return type === column.timestamp || type === column.dateTime ? timestampText(String(value)) : String(value);
}

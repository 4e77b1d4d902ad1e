import {
  createPool,
  type FieldPacket,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { doubleText, floatText } from '../java/double-text.js';
import {
  type Address,
  type Connection,
  type Database,
  rowOf,
  type Session,
  type Transaction,
  timestampText,
} from './database.js';

/** Column types of the protocol. */
const column = { tiny: 1, float: 4, double: 5, timestamp: 7, dateTime: 12, bit: 16 } as const;

/** The server has rolled back the whole transaction, and the session would go on without one. */
const deadlock = 1213;

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
  const { isolation } = connection;
  // What the new connection is told first it does first; a failure is that of the statement behind it.
  if (isolation)
    pool.on('connection', (made) => void made.query(`set session transaction isolation level ${isolation}`));
  const alone = async <Result>(run: (session: Session) => Promise<Result>): Promise<Result> => {
    const taken = await take(pool, connection.wait);
    try {
      return await run(sessionOf(taken));
    } finally {
      taken.release();
    }
  };
  return {
    first: (sql, values) => alone((session) => session.first(sql, values)),
    change: (sql, values) => alone((session) => session.change(sql, values)),
    begin: async () => begin(await take(pool, connection.wait)),
    close: () => pool.end(),
  };
}

/** The pool's own queue has no time limit. */
async function take(pool: Pool, wait: number): Promise<PoolConnection> {
  const taking = pool.getConnection();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection was free for ${wait} ms`)), wait);
  });
  try {
    return await Promise.race([taking, late]);
  } catch (error) {
    taking.then((connection) => connection.release()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function sessionOf(connection: PoolConnection): Session {
  return {
    async first(sql, values) {
      const [rows, fields] = await connection.execute<RowDataPacket[][]>({ sql, rowsAsArray: true }, [...values]);
      const row = rows[0] as unknown[] | undefined;
      if (!row) return undefined;
      return rowOf(
        fields.map(({ name }) => name),
        row.map((value, index) => shown(value, fields[index])),
      );
    },
    async change(sql, values) {
      const [result] = await connection.execute<ResultSetHeader>(sql, [...values]);
      return result.affectedRows ?? 0;
    },
  };
}

/** Without autocommit, as JDBC does it: a statement that commits by itself, such as DDL, begins the next transaction. */
async function begin(connection: PoolConnection): Promise<Transaction> {
  const session = sessionOf(connection);
  let lost: unknown;
  const guarded = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (lost !== undefined) throw new Error('the database has rolled back the transaction', { cause: lost });
    try {
      return await run();
    } catch (error) {
      if ((error as { errno?: number }).errno === deadlock) lost = error;
      throw error;
    }
  };
  const run = async (statements: readonly string[]): Promise<void> => {
    try {
      for (const statement of statements) await connection.query(statement);
    } catch (error) {
      connection.destroy();
      throw error;
    }
  };
  const end = async (statement: string): Promise<void> => {
    await run([statement, 'set autocommit = 1']);
    connection.release();
  };
  await run(['set autocommit = 0']);
  return {
    first: (sql, values) => guarded(() => session.first(sql, values)),
    change: (sql, values) => guarded(() => session.change(sql, values)),
    async commit() {
      if (lost === undefined) return end('commit');
      await end('rollback');
      throw new Error('the database has rolled back the transaction', { cause: lost });
    },
    rollback: () => end('rollback'),
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

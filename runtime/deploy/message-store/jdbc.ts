import { openDataSource } from '../../../mediators/data-source.js';
import type { Database } from '../../database/database.js';
import { openDatabase } from '../../database/jdbc.js';
import type { Environment, Message } from '../../message/message.js';
import { restoredMessage, storedId, storedMessage } from '../../message/stored-message.js';
import { HeldRows } from './held-rows.js';
import type { StoreArtifact, Taken } from './message-store.js';
import { Outstanding } from './outstanding.js';

/** Where the messages are. */
export interface JdbcSettings {
  /** Name of a data source, else URL and credentials. */
  readonly source:
    | { readonly name: string }
    | {
        readonly url: (environment: Environment) => string | undefined;
        readonly user: (environment: Environment) => string | undefined;
        readonly password: (environment: Environment) => string | undefined;
      };
  readonly table: string;
}

interface Opened {
  readonly database: Database;
  readonly outstanding: Outstanding;
  /** A data source belongs to the server. */
  readonly own: boolean;
}

/**
 * Messages in a table with the columns `indexId`, which counts up, `msg_id` and `message` (artifacts 2.7). What is taken
 * stays in its row, so that nothing is lost with the process.
 */
export class JdbcMessageStore implements StoreArtifact {
  readonly type = 'jdbc-message-store';
  #opened: Promise<Opened> | undefined;
  #held = new HeldRows();

  constructor(
    readonly name: string,
    readonly parameters: ReadonlyMap<string, string>,
    readonly failover: string | undefined,
    private readonly settings: JdbcSettings,
  ) {}

  async put(message: Message): Promise<void> {
    const text = storedMessage(message);
    const { database } = await this.#open(message.environment);
    const sql = `insert into ${this.settings.table} (msg_id, message) values (?, ?)`;
    await database.change(sql, [message.id, Buffer.from(text, 'utf8')]);
  }

  async take(environment: Environment): Promise<Taken | undefined> {
    const opened = await this.#open(environment);
    const row = await this.#held.hold((held) => this.#oldest(opened.database, held));
    return row && this.#taken(row, opened, environment);
  }

  async size(environment: Environment): Promise<number> {
    const { database } = await this.#open(environment);
    const row = await database.first(`select count(*) from ${this.settings.table}`, []);
    return Number(row?.at(1) ?? 0);
  }

  succeed(predecessor: StoreArtifact): void {
    if (predecessor instanceof JdbcMessageStore && predecessor.settings.table === this.settings.table)
      this.#held = predecessor.#held;
  }

  async close(): Promise<void> {
    const opening = this.#opened;
    this.#opened = undefined;
    const opened = await opening?.catch(() => undefined);
    await opened?.outstanding.none();
    if (opened?.own) await opened.database.close();
  }

  #open(environment: Environment): Promise<Opened> {
    this.#opened ??= this.#connect(environment).catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #connect(environment: Environment): Promise<Opened> {
    const { source } = this.settings;
    const rest = { outstanding: new Outstanding() };
    if ('name' in source) {
      return { ...rest, own: false, database: (await openDataSource(source.name, environment)).database };
    }
    const database = await openDatabase({
      url: source.url(environment) ?? '',
      user: source.user(environment),
      password: source.password(environment),
      maximum: 8,
      wait: 10_000,
    });
    return { ...rest, own: true, database };
  }

  async #oldest(database: Database, held: readonly string[]): Promise<StoredRow | undefined> {
    const others = held.length === 0 ? '' : ` where indexId not in (${held.join(', ')})`;
    const sql = `select indexId, message from ${this.settings.table}${others} order by indexId limit 1`;
    const row = await database.first(sql, []);
    return row && { index: String(row.at(1)), text: columnText(row.at(2) ?? '') };
  }

  async #taken(row: StoredRow, opened: Opened, environment: Environment): Promise<Taken | undefined> {
    const { database, outstanding } = opened;
    const { table } = this.settings;
    const held = this.#held;
    let id: string;
    try {
      id = storedId(row.text);
    } catch (error) {
      // It stays held: the messages behind it must not wait for somebody to remove it.
      const text = `Row ${row.index} of ${table} cannot be read: ${(error as Error).message}; it is left there`;
      environment.logger.log('ERROR', 'JDBCMessageStore', `Message store ${this.name}: ${text}`);
      return this.take(environment);
    }
    const done = outstanding.add();
    const finish = async (): Promise<void> => {
      await held.release(row.index);
      done();
    };
    return {
      id,
      copy: (exchange, running) => restoredMessage(row.text, { exchange, environment: running }),
      async acknowledge() {
        await database.change(`delete from ${table} where indexId = ?`, [BigInt(row.index)]);
        await finish();
      },
      release: finish,
    };
  }
}

interface StoredRow {
  readonly index: string;
  readonly text: string;
}

/** PostgreSQL shows bytes as hexadecimal digits. */
function columnText(value: string): string {
  return value.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('utf8') : value;
}

import { openDataSource } from '../../../mediators/data-source.js';
import type { Database } from '../../database/database.js';
import { openDatabase } from '../../database/jdbc.js';
import type { Environment, Message } from '../../message/message.js';
import { restoredMessage, storedId, storedMessage } from '../../message/stored-message.js';
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
  /** Rows that somebody has taken, and those that are no messages. */
  readonly held: Set<string>;
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
  #held = new Set<string>();

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
    for (;;) {
      const row = await this.#oldest(opened);
      // Two may have asked before the first one had its answer.
      if (!row || !opened.held.has(row.index)) return row && this.#taken(row, opened, environment);
    }
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
    const rest = { held: this.#held, outstanding: new Outstanding() };
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

  async #oldest({ database, held }: Opened): Promise<{ index: string; text: string } | undefined> {
    const others = held.size === 0 ? '' : ` where indexId not in (${[...held].join(', ')})`;
    const sql = `select indexId, message from ${this.settings.table}${others} order by indexId limit 1`;
    const row = await database.first(sql, []);
    return row && { index: String(row.at(1)), text: columnText(row.at(2) ?? '') };
  }

  #taken(row: { index: string; text: string }, opened: Opened, environment: Environment): Promise<Taken | undefined> {
    const { database, held, outstanding } = opened;
    held.add(row.index);
    let id: string;
    try {
      id = storedId(row.text);
    } catch (error) {
      // It stays held: the messages behind it must not wait for somebody to remove it.
      const text = `Row ${row.index} of ${this.settings.table} cannot be read: ${(error as Error).message}; it is left there`;
      environment.logger.log('ERROR', 'JDBCMessageStore', `Message store ${this.name}: ${text}`);
      return this.take(environment);
    }
    const done = outstanding.add();
    const finish = (): void => {
      held.delete(row.index);
      done();
    };
    return Promise.resolve({
      id,
      copy: (exchange, running) => restoredMessage(row.text, { exchange, environment: running }),
      acknowledge: async () => {
        await database.change(`delete from ${this.settings.table} where indexId = ?`, [BigInt(row.index)]);
        finish();
      },
      release: async () => finish(),
    });
  }
}

/** PostgreSQL shows bytes as hexadecimal digits. */
function columnText(value: string): string {
  return value.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex').toString('utf8') : value;
}

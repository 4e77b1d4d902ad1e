import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ClientRow } from '../../store/api-management-schema.js';
import type { ModelContext } from './context.js';
import { ApimError } from './error.js';

/** What an OAuth client may do. */
export interface ClientSettings {
  grantTypes: string[];
  callbackUrl: string;
  /** Of its access tokens. */
  tokenFormat: 'jwt' | 'opaque';
  /** Lifetime of its access tokens in seconds; undefined: the server's. */
  validitySeconds?: number;
  saas: boolean;
  /** Scopes the application registered. */
  scopes: string[];
}

export interface Client extends ClientSettings {
  readonly id: string;
  readonly secret: string;
  readonly owner: string;
  readonly name: string;
}

/** OAuth clients, from dynamic registration and from applications' keys. */
export class Clients {
  readonly #context: ModelContext;

  constructor(context: ModelContext) {
    this.#context = context;
  }

  async find(id: string): Promise<Client | undefined> {
    const row = await this.#db.selectFrom('oauth_clients').selectAll().where('id', '=', id).executeTakeFirst();
    return row && this.#read(row);
  }

  /** The client when the secret is right; comparing takes the same time wherever the secret differs. */
  async authenticate(id: string, secret: string): Promise<Client | undefined> {
    const client = await this.find(id);
    return client !== undefined && timingSafeEqual(digest(client.secret), digest(secret)) ? client : undefined;
  }

  async findByName(owner: string, name: string): Promise<Client | undefined> {
    const row = await this.#db
      .selectFrom('oauth_clients')
      .selectAll()
      .where('owner', '=', owner)
      .where('name', '=', name)
      .executeTakeFirst();
    return row && this.#read(row);
  }

  /** Id and secret are made here unless given; a client of this owner and name that is already there is answered. */
  async register(
    owner: string,
    name: string,
    settings: ClientSettings,
    credentials: { id?: string; secret?: string } = {},
  ): Promise<Client> {
    const secret = credentials.secret ?? newSecret();
    await this.#db
      .insertInto('oauth_clients')
      .values({
        id: credentials.id ?? newSecret(),
        owner,
        name,
        secret: this.#context.secrets.encrypt(secret),
        document: JSON.stringify(settings),
        created_at: Date.now(),
      })
      .onConflict((conflict) => conflict.columns(['owner', 'name']).doNothing())
      .execute();
    const client = await this.findByName(owner, name);
    if (client === undefined) throw new ApimError(500, 900967, 'Internal Server Error', 'The client was not stored');
    return client;
  }

  async change(id: string, settings: ClientSettings): Promise<void> {
    await this.#db
      .updateTable('oauth_clients')
      .set({ document: JSON.stringify(settings) })
      .where('id', '=', id)
      .execute();
    await this.#context.changes.announce({ kind: 'client', id });
  }

  /** Makes a new secret; the old one is dead at once (api-management 1.12). */
  async regenerateSecret(id: string): Promise<string> {
    const secret = newSecret();
    await this.#db
      .updateTable('oauth_clients')
      .set({ secret: this.#context.secrets.encrypt(secret) })
      .where('id', '=', id)
      .execute();
    return secret;
  }

  /** Removes the client and the tokens it was given. */
  async remove(id: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await trx.deleteFrom('oauth_tokens').where('client_id', '=', id).execute();
      await trx.deleteFrom('oauth_clients').where('id', '=', id).execute();
    });
    await this.#context.changes.announce({ kind: 'client', id });
  }

  get #db() {
    return this.#context.store.db;
  }

  #read(row: ClientRow): Client {
    const settings = JSON.parse(row.document) as ClientSettings;
    return {
      ...settings,
      id: row.id,
      owner: row.owner,
      name: row.name,
      secret: this.#context.secrets.decrypt(row.secret),
    };
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** 28 letters and digits, safe in a URL, a form and a Basic header. */
function newSecret(): string {
  return randomBytes(40)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 28);
}

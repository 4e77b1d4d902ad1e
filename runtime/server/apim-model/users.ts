import { randomBytes } from 'node:crypto';
import { hashPassword, verifyPassword } from '../../store/password.js';
import type { Store } from '../../store/store.js';

/** Somebody who may sign in; `admin` is the administrator. */
export interface User {
  readonly name: string;
  readonly roles: readonly string[];
}

export const administrator = 'admin';
const administratorRoles = ['admin', 'Internal/everyone'];

/** Users and their passwords, which are stored as scrypt hashes (product 2). */
export class Users {
  readonly #store: Store;
  /** Settled once the configured password of the administrator is stored: who signs in waits for it. */
  #administrator: Promise<void> = Promise.resolve();
  /** Checked for names that nobody has, so that a wrong name takes as long as a wrong password. */
  #decoy: Promise<string> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The user when the password is right, else undefined. `admin@carbon.super` is `admin`. */
  async authenticate(name: string, password: string): Promise<User | undefined> {
    await this.#administrator;
    const row = await this.#row(localName(name));
    const right = await verifyPassword(password, row?.password_hash ?? (await this.#decoyHash()));
    return right && row !== undefined ? { name: row.name, roles: JSON.parse(row.roles) } : undefined;
  }

  async find(name: string): Promise<User | undefined> {
    await this.#administrator;
    const row = await this.#row(localName(name));
    return row && { name: row.name, roles: JSON.parse(row.roles) };
  }

  /** Creates the user, or gives an existing one this password and these roles. */
  async put(name: string, password: string, roles: readonly string[]): Promise<void> {
    const values = { password_hash: await hashPassword(password), roles: JSON.stringify(roles) };
    await this.#store.db
      .insertInto('users')
      .values({ name, ...values, created_at: Date.now() })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
      .execute();
  }

  /**
   * Makes sure that there is an administrator. A configured password (MEDIANT_ADMIN_PASSWORD) becomes his at every
   * start: hashing goes on after this returns, and whoever signs in waits for it. Without one a password is made at
   * the first start.
   *
   * @returns the generated password, to be printed once; undefined when none was made
   */
  async ensureAdministrator(configured: string | undefined): Promise<string | undefined> {
    if (configured !== undefined && configured !== '') {
      this.#administrator = this.#setAdministratorPassword(configured);
      // Reported by every sign-in that waits for it.
      this.#administrator.catch(() => {});
      return undefined;
    }
    if ((await this.#row(administrator)) !== undefined) return undefined;
    const generated = randomBytes(18).toString('base64url');
    await this.put(administrator, generated, administratorRoles);
    return generated;
  }

  async #setAdministratorPassword(password: string): Promise<void> {
    const existing = await this.#row(administrator);
    const unchanged = existing !== undefined && (await verifyPassword(password, existing.password_hash));
    if (!unchanged) await this.put(administrator, password, administratorRoles);
  }

  #decoyHash(): Promise<string> {
    this.#decoy ??= hashPassword(randomBytes(16).toString('hex'));
    return this.#decoy;
  }

  #row(name: string) {
    return this.#store.db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst();
  }
}

function localName(name: string): string {
  return name.endsWith('@carbon.super') ? name.slice(0, -'@carbon.super'.length) : name;
}

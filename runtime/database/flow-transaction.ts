import type { Database, Session, Transaction } from './database.js';

/** A database that statements go to. */
export interface Participant {
  /** The same text for the same database and user. */
  readonly key: string;
  /** Where it is, without credentials. */
  readonly label: string;
  readonly database: Database;
}

/** Two databases cannot commit as one. */
export class SecondDatabaseError extends Error {
  constructor(first: string, second: string) {
    super(`A transaction is one of one database: ${first} takes part in this one, so ${second} cannot`);
  }
}

/** The transaction of a flow: on one connection, that of the first database which takes part (mediators 10.2). */
class FlowTransaction {
  #begun: { readonly participant: Participant; readonly transaction: Promise<Transaction> } | undefined;

  /** @throws SecondDatabaseError */
  session(participant: Participant): Promise<Session> {
    this.#begun ??= { participant, transaction: participant.database.begin() };
    const { key, label } = this.#begun.participant;
    if (key === participant.key) return this.#begun.transaction;
    return Promise.reject(new SecondDatabaseError(label, participant.label));
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = await this.#begun?.transaction.catch((error: unknown) => {
      // What never began has nothing to roll back.
      if (how === 'commit') throw error;
    });
    await transaction?.[how]();
  }
}

/**
 * The transaction that mediators of one flow are in. The reference engine binds it to the thread; here all messages that
 * follow one another in a flow share this.
 */
export class TransactionScope {
  #current: FlowTransaction | undefined;
  #suspended: FlowTransaction | undefined;

  get isActive(): boolean {
    return this.#current !== undefined;
  }

  get isSuspended(): boolean {
    return this.#suspended !== undefined;
  }

  begin(): void {
    this.#current = new FlowTransaction();
  }

  /**
   * What runs the statements of a database that takes part: the transaction's connection, without one the pool.
   * @throws SecondDatabaseError, Error when no connection is free
   */
  async session(participant: Participant): Promise<Session> {
    return this.#current ? this.#current.session(participant) : participant.database;
  }

  /** Ends the transaction, also when the database refuses. @throws Error of the driver */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    const ended = this.#current;
    this.#current = undefined;
    await ended?.end(how);
  }

  /** Sets the transaction aside: until it is resumed, statements take effect by themselves. */
  suspend(): void {
    this.#suspended = this.#current;
    this.#current = undefined;
  }

  resume(): void {
    this.#current = this.#suspended;
    this.#suspended = undefined;
  }

  /** Rolls back what the flow has left open. @returns whether there was something */
  async abandon(): Promise<boolean> {
    const left = [this.#current, this.#suspended].filter((transaction) => transaction !== undefined);
    this.#current = undefined;
    this.#suspended = undefined;
    // A connection that is lost has nothing left to roll back.
    for (const transaction of left) await transaction.end('rollback').catch(() => {});
    return left.length > 0;
  }
}

import { Realm } from '../../sandbox/realm.js';
import { prelude } from './prelude.js';

/** Bytes for the scripts of one message. */
const memory = 64 * 1024 * 1024;
/** Messages after which a realm is replaced, so that nothing piles up in it. */
const messagesPerRealm = 1_000;
/** Realms that are kept for the next message of a proxy. */
const maxIdle = 16;

interface Pooled {
  readonly realm: Realm;
  messages: number;
}

/**
 * Realms for the scripts of one proxy revision. Making one takes some milliseconds, emptying one a fraction; so a
 * message takes one that another message of the same proxy has left.
 */
export class RealmPool {
  readonly #idle: Pooled[] = [];

  /** @returns the realm and what gives it back when the message is through */
  async take(): Promise<{ realm: Realm; giveBack: () => void }> {
    const ready = this.#idle.findLastIndex(({ realm }) => realm.isIdle);
    const [found] = ready < 0 ? [] : this.#idle.splice(ready, 1);
    const pooled = found ?? { realm: await Realm.open(prelude, memory), messages: 0 };
    pooled.messages++;
    return { realm: pooled.realm, giveBack: () => void this.#giveBack(pooled) };
  }

  async #giveBack(pooled: Pooled): Promise<void> {
    const isClean = pooled.messages < messagesPerRealm && (await pooled.realm.reset().catch(() => false));
    if (isClean && this.#idle.length < maxIdle) this.#idle.push(pooled);
    else pooled.realm.dispose();
  }
}

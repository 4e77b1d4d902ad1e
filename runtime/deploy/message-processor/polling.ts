import type { CronTimes } from '../background/cron.js';
import type { Host } from '../background/host.js';
import { pause, runByTrigger, type Trigger } from '../background/schedule.js';
import type { StoreArtifact, Taken } from '../message-store/message-store.js';
import type { MessageProcessor, MessageProcessorType } from './message-processor.js';

/** A store that is asked all the time has nothing for this long, ms, before it is asked again. */
const idleMs = 50;

/** How often the acknowledgement of a processed message is tried. */
const acknowledgements = 5;

export interface PollingSettings {
  readonly name: string;
  readonly type: MessageProcessorType;
  readonly messageStore: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly active: boolean;
  /** Milliseconds between two polls. */
  readonly interval: number;
  readonly cron: CronTimes | undefined;
  /** With cron: empties the store at each time, with so many milliseconds between two messages. */
  readonly throttleInterval: number | undefined;
  /** Parallel pollers. */
  readonly members: number;
  /** Failures of the store in a row after which the processor is deactivated; 0 or less: never. */
  readonly storeAttempts: number;
  /** Milliseconds before a store that failed is asked again. */
  readonly storeRetryInterval: number;
}

/** What runs while a processor is active. */
export interface Session {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Waits; false when the processor is being stopped. */
  pause(milliseconds: number): Promise<boolean>;
  log(level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', text: string): void;
  /** Lets work go on beside the polling; stopping waits for it. It must not reject. */
  run(work: Promise<void>): void;
  /** Removes a processed message from its store; when that fails, it is given back and so processed again. */
  acknowledge(taken: Taken): Promise<void>;
}

/** What one poll did: it processed messages, found none, or the processor has to be deactivated. */
export type Polled = 'processed' | 'empty' | 'deactivate';

/** Takes messages and processes them. @throws Error when the store fails */
export type Poll = (store: StoreArtifact, session: Session) => Promise<Polled>;

/** A processor that asks its store again and again (artifacts 2.8). */
export class PollingProcessor implements MessageProcessor {
  readonly name: string;
  readonly type: MessageProcessorType;
  readonly messageStore: string;
  readonly parameters: ReadonlyMap<string, string>;
  #active: boolean;
  #host: Host | undefined;
  #abort: AbortController | undefined;
  #running: Promise<unknown> = Promise.resolve();
  readonly #work = new Set<Promise<void>>();

  constructor(
    private readonly settings: PollingSettings,
    private readonly poll: Poll,
  ) {
    this.name = settings.name;
    this.type = settings.type;
    this.messageStore = settings.messageStore;
    this.parameters = settings.parameters;
    this.#active = settings.active;
  }

  get active(): boolean {
    return this.#active;
  }

  start(host: Host): void {
    this.#host = host;
    if (this.#active && !this.#abort) this.#begin(host);
  }

  async stop(): Promise<void> {
    this.#host = undefined;
    await this.#end();
  }

  activate(): void {
    this.#active = true;
    if (this.#host && !this.#abort) this.#begin(this.#host);
  }

  async deactivate(): Promise<void> {
    this.#active = false;
    await this.#end();
  }

  #begin(host: Host): void {
    const abort = new AbortController();
    this.#abort = abort;
    const { members } = this.settings;
    const before = this.#running;
    const session = this.#session(host, abort.signal);
    // A member of the last run may still be at work.
    this.#running = before.then(() =>
      Promise.all(
        Array.from({ length: members }, () => this.#member(session).catch((error) => this.#failed(error, session))),
      ),
    );
  }

  async #end(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#running;
    await Promise.all(this.#work);
  }

  #session(host: Host, signal: AbortSignal): Session {
    const { logger } = host.environment;
    const { storeRetryInterval } = this.settings;
    const session: Session = {
      host,
      signal,
      pause: (milliseconds) => pause(milliseconds, signal),
      run: (work) => {
        const done = work.finally(() => this.#work.delete(done));
        this.#work.add(done);
      },
      log: (level, text) => logger.log(level, 'MessageProcessor', `Message processor [${this.name}] ${text}`),
      async acknowledge(taken) {
        for (let attempt = 1; ; attempt++) {
          try {
            return await taken.acknowledge();
          } catch (error) {
            if (attempt < acknowledgements && (await session.pause(storeRetryInterval))) continue;
            await taken.release();
            session.log(
              'ERROR',
              `has processed the message ${taken.id} but could not remove it from the store; it will be processed again: ${textOf(error)}`,
            );
            return;
          }
        }
      },
    };
    return session;
  }

  /** One poller, until it is stopped. */
  #member(session: Session): Promise<void> {
    const { cron, interval, throttleInterval } = this.settings;
    const failures = { count: 0 };
    const once = (): Promise<Polled> => this.#pollStore(session, failures);
    if (!cron) return this.#everyInterval(session, interval, once);
    const drain = async (): Promise<void> => {
      while ((await once()) === 'processed' && throttleInterval !== undefined) {
        if (!(await session.pause(throttleInterval))) return;
      }
    };
    const trigger: Trigger = { kind: 'cron', times: cron };
    return runByTrigger(trigger, drain, session.signal);
  }

  async #everyInterval(session: Session, interval: number, once: () => Promise<Polled>): Promise<void> {
    for (;;) {
      const begun = performance.now();
      const polled = await once();
      const rest = interval - (performance.now() - begun);
      if (!(await session.pause(polled === 'processed' ? rest : Math.max(rest, idleMs)))) return;
    }
  }

  /** Never throws: a store that fails is asked again later. */
  async #pollStore(session: Session, failures: { count: number }): Promise<Polled> {
    const { storeAttempts, storeRetryInterval } = this.settings;
    try {
      const store = session.host.store(this.messageStore);
      if (!store) throw new Error(`there is no message store ${this.messageStore}`);
      if (session.signal.aborted) return 'empty';
      const polled = await this.poll(store, session);
      if (failures.count > 0) session.log('INFO', 'reaches its message store again');
      failures.count = 0;
      if (polled === 'deactivate') this.#deactivateItself(session);
      return polled;
    } catch (error) {
      failures.count++;
      session.log(
        failures.count === 1 ? 'WARN' : 'DEBUG',
        `cannot take messages from ${this.messageStore}: ${textOf(error)}`,
      );
      if (storeAttempts > 0 && failures.count >= storeAttempts) this.#deactivateItself(session);
      await session.pause(storeRetryInterval);
      return 'empty';
    }
  }

  /** Without waiting for itself. */
  #deactivateItself(session: Session): void {
    if (session.signal.aborted) return;
    session.log('WARN', 'is deactivated');
    void this.deactivate();
  }

  #failed(error: unknown, session: Session): void {
    session.log('ERROR', `has stopped: ${textOf(error)}`);
    this.#active = false;
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

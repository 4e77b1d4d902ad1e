/** One of the flows that a fork makes: it may fork again. */
interface Forkable<Flow extends Forkable<Flow>> {
  fork: Fork<Flow> | undefined;
}

/** A piece of a flow: true when it ran through, false when it stopped. */
type Piece<Flow> = (flow: Flow) => boolean | Promise<boolean>;

/**
 * A flow that goes on more than once: behind `iterate` and `clone`, for the parent and for every branch that made a
 * non-blocking call (mediators 2.10).
 *
 * The splitting step leaves a fork on its message and returns false. While that stop travels outwards, every list and
 * container on the way adds what it would have run next ({@link behind}); whoever drives the flow then resumes the fork
 * and runs all of it for each flow that goes on. A flow that never forks pays nothing for this.
 */
export class Fork<Flow extends Forkable<Flow>> {
  readonly #pieces: Piece<Flow>[] = [];
  readonly #work = new Set<Promise<unknown>>();
  #arrived: Flow[] = [];
  #resumed: ((flow: Flow) => Promise<unknown>) | undefined;

  /** @param parentGoesOn whether the message that was split goes on behind the step as well */
  constructor(readonly parentGoesOn: boolean) {}

  /** No branch is under way and none has arrived: nothing but the parent could go on. */
  get isIdle(): boolean {
    return this.#work.size === 0 && this.#arrived.length === 0;
  }

  /** Adds what comes next outside of all that was added before. */
  behind(piece: Piece<Flow>): void {
    this.#pieces.push(piece);
  }

  /** Adds the work of a branch, which may end in {@link arrive}. It must not reject. */
  add(work: Promise<unknown>): Promise<unknown> {
    const done = work.finally(() => this.#work.delete(done));
    this.#work.add(done);
    return done;
  }

  /** A branch goes on behind the splitting step, at once or as soon as the fork is resumed. */
  arrive(branch: Flow): void {
    if (this.#resumed) this.add(this.#resumed(branch));
    else this.#arrived.push(branch);
  }

  /** Lets branches go on, those that wait and those to come. Nothing may be added to the pieces any more. */
  resume(goOn: (branch: Flow) => Promise<unknown>): void {
    this.#resumed = goOn;
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const branch of arrived) this.add(goOn(branch));
  }

  /** Runs everything behind the splitting step for one flow. */
  async runRest(flow: Flow, from = 0): Promise<boolean> {
    for (let index = from; index < this.#pieces.length; index++) {
      const piece = this.#pieces[index] as Piece<Flow>;
      if (await piece(flow)) continue;
      flow.fork?.behind((other) => this.runRest(other, index + 1));
      return false;
    }
    return true;
  }

  /** Resolves when all branches have ended. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

/**
 * Runs what a container does after its children: now when they ran through, and in every flow that goes on behind a
 * splitting step among them.
 * @param next gets the flow, which need not be the message; its result is the container's
 */
export function andThen<Flow extends Forkable<Flow>>(
  message: Flow,
  outcome: boolean | Promise<boolean>,
  next: Piece<Flow>,
): boolean | Promise<boolean> {
  if (outcome === true) return next(message);
  if (outcome !== false) return outcome.then((completed) => andThen(message, completed, next));
  message.fork?.behind(next);
  return false;
}

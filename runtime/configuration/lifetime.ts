import type { Environment } from '../message/message.js';

/** What follows a {@link Lifetime}. */
export interface LifetimeFollower {
  begin(environment: Environment): void;
  end(environment: Environment): void;
}

/**
 * From when an artifact is deployed until it is undeployed or replaced. What it keeps outside of itself, such as tokens
 * that are fetched for it, follows this. It may begin again after its end: a replacement that fails is undone.
 */
export class Lifetime {
  readonly #followers: LifetimeFollower[] = [];

  follow(follower: LifetimeFollower): void {
    this.#followers.push(follower);
  }

  begin(environment: Environment): void {
    for (const follower of this.#followers) follower.begin(environment);
  }

  end(environment: Environment): void {
    for (const follower of this.#followers) follower.end(environment);
  }
}

import type { ConfigElement } from '../../configuration/element.js';
import type { Message } from '../../message/message.js';
import type { Recorder } from '../../message/recorder.js';
import { injectedMark } from './blocking-calls.js';

/** How much of an artifact the cases of a suite ran. */
export interface ArtifactCoverage {
  /** Kind and name, `api:Orders`. */
  readonly artifact: string;
  readonly totalMediators: number;
  readonly executedMediators: number;
  /** Of the mediators, two decimals. */
  readonly percentage: number;
  /** Each by its name and line, `filter:12`. */
  readonly mediators: readonly { readonly id: string; readonly executed: boolean }[];
}

/** Counts the mediators of the deployed artifacts that run. */
export class Coverage implements Recorder<Message> {
  readonly #artifacts = new Map<string, string[]>();
  readonly #executed = new Set<string>();

  /** Takes note of a mediator that is deployed. */
  readonly deployed = (artifact: string, element: ConfigElement): void => {
    if (element.attribute('metadata') === injectedMark) return;
    const ids = this.#artifacts.get(artifact) ?? [];
    ids.push(`${element.localName}:${element.line}`);
    this.#artifacts.set(artifact, ids);
  };

  step(_message: Message, mediator: string, line: number, artifact: string): () => void {
    this.#executed.add(`${artifact} ${mediator}:${line}`);
    return () => {};
  }

  call(): void {}

  log(): void {}

  report(): ArtifactCoverage[] {
    return [...this.#artifacts].map(([artifact, ids]) => {
      const mediators = ids.map((id) => ({ id, executed: this.#executed.has(`${artifact} ${id}`) }));
      const executed = mediators.filter((mediator) => mediator.executed).length;
      return {
        artifact,
        totalMediators: ids.length,
        executedMediators: executed,
        percentage: Math.round((executed / ids.length) * 10_000) / 100,
        mediators,
      };
    });
  }
}

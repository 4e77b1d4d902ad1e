import type { Element } from '@xmldom/xmldom';

/** A deployed event source, as a flow uses it (mediators 12). */
export interface EventSource<Flow> {
  readonly name: string;
  /**
   * Sends a copy of the message, whose body is built, to each subscriber that wants it. Resolves when the copies are on
   * their way; what becomes of them is nothing to the flow.
   */
  publish(message: Flow): Promise<void>;
}

/** The event broker of a server, as a flow uses it (mediators 12). */
export interface EventBroker<Flow> {
  /** Publishes a copy of an element under a topic; see {@link EventSource.publish}. */
  publish(message: Flow, element: Element, topic: string): Promise<void>;
  /** Something that publishes is deployed. */
  addPublisher(): void;
  /** It is not deployed any more. */
  removePublisher(): void;
}

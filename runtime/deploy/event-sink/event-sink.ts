import { type EventReceivers, openPublisher } from '../../../mediators/event-receivers.js';
import type { EventPublisher } from '../../databridge/data-bridge.js';
import type { Environment, EventSink } from '../../message/message.js';

/** What an `<eventSink>` says. */
export interface EventSinkSettings extends EventReceivers {
  readonly name: string;
}

/** A deployed event sink (mediators 12). Its publisher is made with its first event and ends with it. */
export class EventSinkArtifact implements EventSink {
  readonly #settings: EventSinkSettings;
  #publisher: EventPublisher | undefined;

  constructor(settings: EventSinkSettings) {
    this.#settings = settings;
  }

  get name(): string {
    return this.#settings.name;
  }

  publisher(environment: Environment): EventPublisher {
    this.#publisher ??= openPublisher(this.#settings, environment);
    return this.#publisher;
  }

  /** What waits is handed over in the background. */
  end(environment: Environment): void {
    if (this.#publisher) environment.dataBridge?.retire(this.#publisher);
    this.#publisher = undefined;
  }
}

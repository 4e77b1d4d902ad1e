import { keptValue } from '../../../mediators/kept-value.js';
import type { EventPublisher } from '../../databridge/data-bridge.js';
import type { ReceiverGroupUrls } from '../../databridge/receiver-urls.js';
import { Fault } from '../../message/fault.js';
import type { Environment, EventSink } from '../../message/message.js';

/** What an `<eventSink>` says. */
export interface EventSinkSettings {
  readonly name: string;
  readonly groups: readonly ReceiverGroupUrls[];
  readonly user: string;
  /** As written: it may stand for a secret. */
  readonly password: string;
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
    const { groups, user, password } = this.#settings;
    const { dataBridge } = environment;
    if (!dataBridge) throw new Fault('Events cannot leave here');
    this.#publisher ??= dataBridge.publisher(groups, () => ({
      user: keptValue(user, environment),
      password: keptValue(password, environment),
    }));
    return this.#publisher;
  }

  /** What waits is handed over in the background. */
  end(environment: Environment): void {
    if (this.#publisher) environment.dataBridge?.retire(this.#publisher);
    this.#publisher = undefined;
  }
}

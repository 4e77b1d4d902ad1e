import type { EventPublisher } from '../runtime/databridge/data-bridge.js';
import type { ReceiverGroupUrls } from '../runtime/databridge/receiver-urls.js';
import { Fault } from '../runtime/message/fault.js';
import type { Environment } from '../runtime/message/message.js';
import { keptValue } from './kept-value.js';

/** Receivers of events as a configuration names them, with the login there. */
export interface EventReceivers {
  readonly groups: readonly ReceiverGroupUrls[];
  readonly user: string;
  /** As written: it may stand for a secret. */
  readonly password: string;
}

/**
 * A publisher of events to receivers, which whoever opened it retires (mediators 12). User and password are looked up at
 * each login.
 * @throws Fault where nothing can leave
 */
export function openPublisher({ groups, user, password }: EventReceivers, environment: Environment): EventPublisher {
  const { dataBridge } = environment;
  if (!dataBridge) throw new Fault('Events cannot leave here');
  return dataBridge.publisher(groups, () => ({
    user: keptValue(user, environment),
    password: keptValue(password, environment),
  }));
}

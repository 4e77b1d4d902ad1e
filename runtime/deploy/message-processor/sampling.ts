import { runFlow } from '../../message/flow.js';
import type { Sequence } from '../../message/message.js';
import { BackgroundExchange } from '../background/background-exchange.js';
import type { Taken } from '../message-store/message-store.js';
import type { Poll, Session } from './polling.js';

export interface SamplingSettings {
  readonly name: string;
  readonly sequence: string;
  /** Messages at a time. */
  readonly concurrency: number;
}

/**
 * Takes up to `concurrency` messages, and lets the sequence run on all of them at once (artifacts 2.8). They are
 * acknowledged first: whatever the sequence does, it does it once.
 */
export function samplingPoll({ name, sequence: key, concurrency }: SamplingSettings): Poll {
  return async (store, session) => {
    const { environment } = session.host;
    const sequence = environment.sequence(key);
    if (!sequence) throw new Error(`there is no sequence ${key} for them`);
    let taken = 0;
    for (; taken < concurrency; taken++) {
      const next = await store.take(environment);
      if (!next) break;
      await session.acknowledge(next);
      session.run(inject(next, sequence, session, name));
    }
    return taken > 0 ? 'processed' : 'empty';
  };
}

async function inject(taken: Taken, sequence: Sequence, session: Session, name: string): Promise<void> {
  const { host } = session;
  const exchange = new BackgroundExchange(host, `message processor ${name}`);
  const message = taken.copy(exchange, host.environment);
  message.setProperty('message.processor.name', name);
  const fault = host.environment.sequence('fault');
  if (fault) message.faultStack.push(fault);
  await runFlow(message, (flow) => sequence.mediate(flow));
  await exchange.settle();
}

import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Message } from '../runtime/message/message.js';
import { integerAttribute } from './attribute.js';
import { defineMediator, targetAttributes } from './mediator.js';
import { requiredTarget, type Target } from './target.js';

/**
 * `<sampler id="…" rate="1" unitTime="1000"><messageQueue/><target/></sampler>`
 *
 * Queues requests; every `unitTime` milliseconds the target runs on up to `rate` of them (mediators 4.15). Answers are
 * refused with a warning. The queue is in memory, as that of the reference engine, whose class `<messageQueue>` may name.
 */
export const sampler = defineMediator({
  name: 'sampler',
  summary: 'Lets a limited number of requests through in a unit of time.',
  attributes: {
    id: { description: 'Name of the sampler.' },
    rate: { description: 'Requests in a unit of time.', default: '1' },
    unitTime: { description: 'Unit of time, ms.', default: '1000' },
  },
  children: ['messageQueue', 'target'],
  inner: {
    messageQueue: ['class'],
    target: targetAttributes,
  },
  compile(element: ConfigElement, context) {
    refuseOwnQueue(element.element('messageQueue'));
    const rate = integerAttribute(element, 'rate', 1);
    const unitTime = integerAttribute(element, 'unitTime', 1000);
    const queue = new SamplingQueue(requiredTarget(element, context), rate, unitTime);
    return {
      contentAware: true,
      mediate(message) {
        if (message.isResponse) {
          message.environment.logger.log('WARN', 'SamplingThrottleMediator', 'A sampler takes no responses');
          return false;
        }
        message.operation.set('RESPONSE_WRITTEN', 'SKIP');
        message.exchange.track(queue.add(message));
        return false;
      },
    };
  },
});

/** A queue of one's own is a Java class (mediators 1). */
function refuseOwnQueue(element: ConfigElement | undefined): void {
  const name = element?.attribute('class')?.trim();
  if (!element || !name || name.startsWith('org.apache.synapse.')) return;
  element.fail('needs-jvm', `The message queue ${name} is a Java class`, {
    attribute: 'class',
    hint: 'remove it: the messages wait in a queue in memory',
  });
}

interface Waiting {
  message: Message;
  done(): void;
}

/** The timer runs only while messages wait. */
class SamplingQueue {
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly target: Target,
    private readonly rate: number,
    private readonly unitTime: number,
  ) {}

  /** Resolves when the target has run on the message. */
  add(message: Message): Promise<void> {
    return new Promise((done) => {
      this.#waiting.push({ message, done });
      this.#timer ??= setInterval(() => this.#take(), this.unitTime);
    });
  }

  #take(): void {
    for (const { message, done } of this.#waiting.splice(0, this.rate)) void this.#run(message).then(done);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #run(message: Message): Promise<void> {
    try {
      await this.target.run(message);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      message.environment.logger.log('ERROR', 'SamplingThrottleMediator', `The target of a sampler failed: ${text}`);
    }
  }
}

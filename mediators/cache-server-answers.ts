import { environmentConversion } from '../runtime/message/conversion/environment-options.js';
import { TransportHeaders } from '../runtime/message/headers.js';
import type { Environment } from '../runtime/message/message.js';
import type { AnswerLimits, SharedState } from '../runtime/message/shared-state.js';
import { restoredBody, type StoredBody, storedBody } from '../runtime/message/stored-body.js';
import { restoredEntries, restoredValue, type StoredValue, storedEntries } from '../runtime/message/stored-value.js';
import type { Answers, CachedAnswer } from './cache-entry.js';

interface StoredAnswer {
  readonly body: StoredBody;
  readonly headers: readonly [string, StoredValue][];
  /** `status`, `reason`, `messageType`, `contentType`, as far as they are values. */
  readonly values: readonly [string, StoredValue][];
  readonly received: number;
}

/** The answers of one finder, kept by the server for all its gateway processes. */
export class ServerAnswers implements Answers {
  constructor(
    private readonly shared: SharedState,
    private readonly environment: Environment,
    private readonly finder: { readonly owner: string; readonly limits: AnswerLimits },
  ) {}

  async find(hash: string): Promise<CachedAnswer | undefined> {
    const { owner, limits } = this.finder;
    const text = await this.shared.answer(owner, hash, limits);
    return text === undefined ? undefined : this.#restored(text);
  }

  async keep(hash: string, answer: CachedAnswer): Promise<void> {
    const { owner, limits } = this.finder;
    await this.shared.keepAnswer(owner, hash, limits, stored(answer));
  }

  forget(hash: string): Promise<void> {
    return this.shared.forgetAnswer(this.finder.owner, hash);
  }

  #restored(text: string): CachedAnswer {
    const { body, headers, values, received } = JSON.parse(text) as StoredAnswer;
    const payload = restoredBody(body);
    payload.conversion = environmentConversion(this.environment);
    const known = restoredEntries(values);
    return {
      payload,
      headers: TransportHeaders.of(headers.map(([name, value]) => [name, restoredValue(value)] as const)),
      status: known.get('status'),
      reason: known.get('reason'),
      messageType: known.get('messageType'),
      contentType: known.get('contentType'),
      received,
    };
  }
}

/** @throws Fault when the body is none that can be read again */
function stored({ payload, headers, received, ...values }: CachedAnswer): string {
  const form: StoredAnswer = {
    body: storedBody(payload),
    headers: storedEntries(headers),
    values: storedEntries(Object.entries(values)),
    received,
  };
  return JSON.stringify(form);
}

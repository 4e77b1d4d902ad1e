import { Fields } from '../fields.js';
import type { FlowRuntime } from '../flow-context.js';
import { ApigeeMessage } from '../message.js';
import { sendRequest } from '../send-request.js';

/** Milliseconds until a call of a script must have its answer. */
const callTimeout = 55_000;
/** Calls that one transaction may make. */
const maxCalls = 1_000;

/** How a call ended, as it crosses into the script. */
type Outcome =
  | { readonly answer: { status: number; reason: string | undefined; headers: [string, string][]; content: string } }
  | { readonly error: string };

interface Call {
  readonly done: Promise<void>;
  outcome: Outcome | undefined;
}

/** The calls of `httpClient` in one transaction (api-management 2.8): begun at once, waited for when the script says so. */
export class ScriptHttp {
  readonly #calls: Call[] = [];

  constructor(private readonly runtime: FlowRuntime) {}

  /** @returns the number of the call */
  send(url: string, method: string, headers: readonly (readonly [string, string])[], body: string | null): number {
    if (this.#calls.length >= maxCalls) throw new Error(`httpClient: more than ${maxCalls} calls for one message`);
    const call: Call = {
      outcome: undefined,
      done: this.#exchange(url, method, headers, body, (o) => (call.outcome = o)),
    };
    this.#calls.push(call);
    return this.#calls.length - 1;
  }

  state(id: number): Outcome | undefined {
    return this.#calls[id]?.outcome;
  }

  /** @param ms null: until the call is over */
  async wait(id: number, ms: number | null): Promise<void> {
    const call = this.#calls[id];
    if (!call) return;
    if (ms === null || !Number.isFinite(ms)) return call.done;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, ms));
    });
    await Promise.race([call.done, over]);
    clearTimeout(timer);
  }

  async #exchange(
    url: string,
    method: string,
    headers: readonly (readonly [string, string])[],
    body: string | null,
    over: (outcome: Outcome) => void,
  ): Promise<void> {
    const fields = Fields.headers(headers.flat());
    // What the samples send without a type is a form (api-management 2.10).
    if (body !== null && !fields.has('Content-Type')) fields.set('Content-Type', 'application/x-www-form-urlencoded');
    const request = ApigeeMessage.request({
      verb: method.toUpperCase(),
      headers: fields,
      ...(body === null ? {} : { body }),
    });
    try {
      const answer = await sendRequest(this.runtime.transport, url, request, { timeout: callTimeout });
      const { status, reason, content } = answer;
      over({ answer: { status, reason, content, headers: [...answer.headers].map(([name, value]) => [name, value]) } });
    } catch (error) {
      over({ error: error instanceof Error ? error.message : String(error) });
    }
  }
}

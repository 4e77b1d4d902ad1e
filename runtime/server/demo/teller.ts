import type { Method } from 'got';
import { hideSecrets } from '../dry-run/hide-secrets.js';

/** One call of the story: what is sent, and what has to come back. */
export interface Call {
  title: string;
  method?: Method;
  url: string;
  headers?: Record<string, string>;
  json?: unknown;
  form?: Record<string, string>;
  /** A multipart form. */
  parts?: FormData;
  /** Text sent as it is. */
  body?: string;
  /** Status that this step of the story needs. */
  expect: number;
  /** Shown instead of the request's body, when that is long. */
  shownBody?: string;
  /** Members of a long answer that are shown. */
  shownMembers?: readonly string[];
}

/** An answer with its JSON body, or the text where it is none. */
export interface Told {
  status: number;
  body: unknown;
}

/** The story took another turn than it should have. */
export class StoryError extends Error {}

/** Makes the calls and prints each request and answer; secrets are shown as `***`. */
export class Teller {
  #step = 0;

  constructor(private readonly print: (text: string) => void) {}

  say(text: string): void {
    this.print(`${text}\n`);
  }

  /** @throws StoryError when the status is not the expected one */
  async call(call: Call): Promise<Told> {
    const told = await this.#made(call);
    this.#show(call, told);
    return checked(call, told);
  }

  /** {@link call}, untold: one of many. */
  async quietly(call: Omit<Call, 'title'>): Promise<Told> {
    return checked(call, await this.#made(call));
  }

  async #made(call: Omit<Call, 'title'>): Promise<Told> {
    const { default: got } = await import('got');
    const response = await got(call.url, {
      method: call.method ?? (call.json || call.form || call.parts || call.body ? 'POST' : 'GET'),
      headers: call.headers ?? {},
      ...(call.json === undefined ? {} : { json: call.json }),
      ...(call.form === undefined ? {} : { form: call.form }),
      ...(call.parts === undefined ? {} : { body: call.parts }),
      ...(call.body === undefined ? {} : { body: call.body }),
      throwHttpErrors: false,
      followRedirect: false,
      retry: { limit: 0 },
      https: { rejectUnauthorized: false },
    });
    return { status: response.statusCode, body: parsed(response.body) };
  }

  #show(call: Call, told: Told): void {
    this.#step++;
    const method = call.method ?? (call.json || call.form || call.parts || call.body ? 'POST' : 'GET');
    const sent = call.shownBody ?? shown(call.json ?? call.form ?? call.body);
    this.print(`\n${this.#step}. ${call.title}\n   → ${method} ${call.url}\n`);
    if (sent !== '') this.print(`     ${sent}\n`);
    this.print(`   ← ${told.status} ${shown(call.shownMembers ? picked(told.body, call.shownMembers) : told.body)}\n`);
  }
}

function checked({ expect }: Pick<Call, 'expect'>, told: Told): Told {
  if (told.status === expect) return told;
  throw new StoryError(`expected status ${expect}, got ${told.status}: ${JSON.stringify(told.body)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function picked(body: unknown, members: readonly string[]): unknown {
  const whole = Object.entries(body ?? {});
  return Object.fromEntries(whole.filter(([name]) => members.includes(name)));
}

/** One line of at most 160 characters, without secrets. */
function shown(value: unknown): string {
  if (value === undefined || value === '') return '';
  const safe = hideSecrets({ value }).value;
  const text = typeof safe === 'string' ? safe : JSON.stringify(safe);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}

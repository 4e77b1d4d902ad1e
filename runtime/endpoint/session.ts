import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { Fault } from '../message/fault.js';
import type { Message } from '../message/message.js';
import { CompositeEndpoint, type CompositeParts } from './composite.js';
import type { ChildEndpoint, SendMode } from './endpoint.js';
import { GroupEndpoint } from './group.js';

/** Cookies that servers hold a session by. */
const sessionCookie =
  /^[^=;\s]*(?:JSESSIONID|PHPSESSID|PHPSESSIONID|ASP\.NET_SessionId|ASPSESSIONID|SID)[^=;\s]*=[^;]+/i;
const failedSession = 309003;
const defaultTimeout = 600_000;

interface Binding {
  child: ChildEndpoint;
  until: number;
}

/**
 * A load-balance endpoint that keeps a client's session on one child: the session cookie that a child set binds later
 * requests with that cookie (artifacts 3.8). A failure on an established session fails with 309003, without failover.
 */
export class SessionAffineEndpoint extends GroupEndpoint {
  readonly #balance: CompositeEndpoint;
  readonly #bindings = new Map<string, Binding>();
  readonly #timeout: number | undefined;

  constructor(parts: CompositeParts, session: ConfigElement, context: CompileContext) {
    super(parts.name);
    this.#timeout = readSession(session, context);
    this.#balance = new CompositeEndpoint({ ...parts, taken: (message, child) => this.#bind(message, child) });
  }

  protected async sendBy(message: Message, mode: SendMode): Promise<void> {
    const bound = this.#bound(message);
    if (!bound) return this.#balance[mode](message);
    const { binding, cookie } = bound;
    if (!binding.child.ready(message)) throw this.#lost(cookie);
    try {
      await binding.child[mode](message);
      this.#bindings.set(cookie, { ...binding, until: this.#expiry(message) });
      this.#bind(message, binding.child);
    } catch (error) {
      message.properties.delete('ERROR_CODE');
      throw this.#lost(cookie, error);
    }
  }

  #bound(message: Message): { cookie: string; binding: Binding } | undefined {
    const cookies = message.headers.text('Cookie')?.split(';') ?? [];
    for (const cookie of cookies.map((part) => part.trim())) {
      const binding = this.#bindings.get(cookie);
      if (!binding) continue;
      if (binding.until > Date.now()) return { cookie, binding };
      this.#bindings.delete(cookie);
    }
    return undefined;
  }

  #bind(message: Message, child: ChildEndpoint): void {
    const values = [message.headers.text('Set-Cookie'), ...(message.excessHeaders?.get('set-cookie')?.values ?? [])];
    for (const value of values) {
      const cookie = value === undefined ? undefined : sessionCookie.exec(value)?.[0];
      if (cookie === undefined) continue;
      this.#sweep();
      this.#bindings.set(cookie.trim(), { child, until: this.#expiry(message) });
      return;
    }
  }

  #expiry(message: Message): number {
    const configured = message.environment.property('synapse.sal.endpoints.sesssion.timeout.default');
    return Date.now() + (this.#timeout ?? Number(configured ?? defaultTimeout));
  }

  /** Sessions that nobody uses any more do not pile up. */
  #sweep(): void {
    const now = Date.now();
    for (const [cookie, { until }] of this.#bindings) {
      if (until > now) return;
      this.#bindings.delete(cookie);
    }
  }

  #lost(cookie: string, cause?: unknown): Fault {
    this.#bindings.delete(cookie);
    const text = 'A failure occured in a already established session';
    return new Fault(text, { code: failedSession, detail: text, ...(cause === undefined ? {} : { cause }) });
  }
}

/** Milliseconds of `<sessionTimeout>`. */
function readSession(session: ConfigElement, context: CompileContext): number | undefined {
  const type = session.attribute('type');
  if (type !== 'http' && type !== 'soap' && type !== 'simpleClientSession') {
    session.fail('invalid-attribute-value', `type="${type ?? ''}" is not a kind of session`, {
      attribute: 'type',
      hint: 'use http, soap or simpleClientSession',
    });
  }
  if (type !== 'http') {
    context.report(
      session.problem('session-by-cookie', `Sessions of type ${type} are kept by the session cookie only`, {
        attribute: 'type',
        severity: 'warning',
      }),
    );
  }
  const timeout = session.element('sessionTimeout');
  if (!timeout) return undefined;
  const text = timeout.text.trim();
  if (/^\d+$/.test(text)) return Number(text);
  return timeout.fail('invalid-number', `<sessionTimeout> must be a number of milliseconds, "${text}" is not`);
}

import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Message } from '../message/message.js';
import { CompositeEndpoint, type CompositeParts } from './composite.js';
import type { ChildEndpoint, SendMode } from './endpoint.js';
import { ExpiringMap } from './expiring-map.js';
import { GroupEndpoint } from './group.js';

/** Cookies that servers hold a session by. */
const sessionName = /JSESSIONID|PHPSESSID|PHPSESSIONID|ASP\.NET_SessionId|ASPSESSIONID|SID/i;
const defaultTimeout = 600_000;

/**
 * A load-balance endpoint that keeps a client's session on one child: the session cookie that a child set binds later
 * requests with that cookie until the session ends (artifacts 3.8). No other child knows the session, so there is no
 * failover: a child that is not ready is a fault 309001, one that fails 309003.
 */
export class SessionAffineEndpoint extends GroupEndpoint {
  readonly #balance: CompositeEndpoint;
  readonly #bindings = new ExpiringMap<ChildEndpoint>();
  readonly #timeout: number | undefined;

  constructor(parts: CompositeParts, session: ConfigElement, context: CompileContext) {
    super(parts.name);
    this.#timeout = readSession(session, context);
    this.#balance = new CompositeEndpoint({ ...parts, taken: (message, child) => this.#bind(message, child) });
  }

  protected async sendBy(message: Message, mode: SendMode): Promise<void> {
    const bound = this.#bound(message);
    if (!bound) return this.#balance[mode](message);
    const { child, cookie } = bound;
    if (!child.ready(message))
      throw sessionFault(errorCode.sessionNotReady, 'The endpoint of the session is not ready');
    try {
      await child[mode](message);
      this.#bindings.set(cookie, child, this.#lifetime(message));
      this.#bind(message, child);
    } catch (error) {
      message.properties.delete('ERROR_CODE');
      throw sessionFault(errorCode.sessionFailed, 'A failure occured in a already established session', error);
    }
  }

  #bound(message: Message): { cookie: string; child: ChildEndpoint } | undefined {
    const cookies = message.headers.text('Cookie')?.split(';') ?? [];
    for (const cookie of cookies.map((part) => part.trim())) {
      const child = this.#bindings.get(cookie);
      if (child) return { cookie, child };
    }
    return undefined;
  }

  #bind(message: Message, child: ChildEndpoint): void {
    const values = [message.headers.text('Set-Cookie'), ...(message.excessHeaders?.get('set-cookie')?.values ?? [])];
    for (const value of values) {
      const [cookie, name = ''] = /^([^=;\s]*)=[^;]+/.exec(value ?? '') ?? [];
      if (cookie === undefined || !sessionName.test(name)) continue;
      this.#bindings.set(cookie.trim(), child, this.#lifetime(message));
      return;
    }
  }

  #lifetime(message: Message): number {
    const configured = message.environment.property('synapse.sal.endpoints.sesssion.timeout.default');
    return this.#timeout ?? Number(configured ?? defaultTimeout);
  }
}

function sessionFault(code: number, text: string, cause?: unknown): Fault {
  return new Fault(text, { code, detail: text, ...(cause === undefined ? {} : { cause }) });
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

import type { ApigeeMessage } from './message.js';

export interface FaultParts {
  /** Dotted error code, e.g. `oauth.v2.InvalidAccessToken`; its last part is the fault's name. */
  code: string;
  /** Text for `faultstring`, without secrets. */
  text: string;
  /** HTTP status of the default answer; 500 when absent. */
  status?: number;
  reason?: string;
  /** Name for conditions (`fault.name`) when it is not the last part of the code. */
  name?: string;
  /** A ready answer, in place of the default body: of RaiseFault, of a policy's own error response, of the target. */
  response?: ApigeeMessage;
  /** Headers for the default answer, e.g. `WWW-Authenticate`. */
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** What leads into the error flow (api-management 2.7). Policies throw it; nothing else does so on purpose. */
export class PolicyFault extends Error {
  readonly code: string;
  readonly faultName: string;
  readonly status: number;
  readonly reason: string | undefined;
  readonly response: ApigeeMessage | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ code, text, status = 500, reason, name, response, headers = {}, cause }: FaultParts) {
    super(text, cause === undefined ? undefined : { cause });
    this.name = 'PolicyFault';
    this.code = code;
    this.faultName = name ?? code.slice(code.lastIndexOf('.') + 1);
    this.status = status;
    this.reason = reason;
    this.response = response;
    this.headers = headers;
  }
}

import type { EndpointFlows } from '../endpoint.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';

/** How a target endpoint reaches its target. */
export interface TargetConnection {
  /** Puts `target.url` and the like where the target's request flow can read and change them. */
  prepare(flow: FlowContext): void;
  /** Calls the target: `flow.response` is its answer then, its body a stream. @throws PolicyFault */
  call(flow: FlowContext): Promise<void>;
}

export interface TargetEndpoint extends EndpointFlows {
  readonly connection: TargetConnection;
  readonly isSuccess: (status: number) => boolean;
  /** Whether something behind the call looks at content: the request's has to be kept then. */
  readonly looksAtContentAfterwards: boolean;
}

/** An answer outside of success.codes enters the error flow, and is the answer unless a fault rule makes another. */
export function checkStatus(flow: FlowContext, isSuccess: (status: number) => boolean): void {
  const { response } = flow;
  if (!response || isSuccess(response.status)) return;
  throw new PolicyFault({
    code: 'messaging.adaptors.http.flow.ErrorResponseCode',
    text: `Received ${response.status} Response without fault handling`,
    status: response.status,
    response,
  });
}

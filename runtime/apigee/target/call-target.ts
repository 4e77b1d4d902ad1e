import { TransportError } from '../../transport/transport.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { sendRequest } from '../send-request.js';

/** Time limits of a target, ms. */
export interface TargetLimits {
  /** Without any traffic: `io.timeout.millis`. */
  readonly io: number;
  /** `connect.timeout.millis`. */
  readonly connect: number;
}

/** Sends the flow's request to a URL; the answer becomes the flow's response. @throws TransportError */
export async function callUrl(flow: FlowContext, url: string, limits: TargetLimits): Promise<void> {
  const { targetTimes, runtime } = flow;
  targetTimes.sentStart = runtime.now();
  try {
    flow.response = await sendRequest(runtime.transport, url, flow.request, {
      socketTimeout: limits.io,
      connectTimeout: limits.connect,
      stream: true,
    });
  } finally {
    targetTimes.sentEnd = runtime.now();
    targetTimes.receivedStart = runtime.now();
  }
}

/** What a failed call is for the client (api-management 2.7). */
export function callFault(error: unknown): PolicyFault {
  if (error instanceof PolicyFault) return error;
  if (!(error instanceof TransportError)) throw error;
  const code = (name: string): string => `messaging.adaptors.http.flow.${name}`;
  switch (error.kind) {
    case 'timeout':
    case 'deadline':
      return new PolicyFault({ code: code('GatewayTimeout'), text: 'Gateway Timeout', status: 504, cause: error });
    case 'source':
      return new PolicyFault({ code: code('UnexpectedEOFAtClient'), text: 'Bad Request', status: 400, cause: error });
    case 'request':
      return new PolicyFault({ code: code('InvalidTarget'), text: error.message, status: 500, cause: error });
    case 'protocol':
    case 'closed':
      return new PolicyFault({ code: code('UnexpectedEOFAtTarget'), text: 'Bad Gateway', status: 502, cause: error });
    default:
      return unavailable(error);
  }
}

export function unavailable(cause?: unknown): PolicyFault {
  return new PolicyFault({
    code: 'messaging.adaptors.http.flow.ServiceUnavailable',
    text: 'The Service is temporarily unavailable',
    status: 503,
    ...(cause === undefined ? {} : { cause }),
  });
}

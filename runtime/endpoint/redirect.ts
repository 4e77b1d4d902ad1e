import { parseTarget } from '../transport/target.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';

const redirects = new Set([301, 302, 303, 307]);
const maximum = 20;
interface RedirectOptions {
  follow: boolean;
  exchange: (request: TransportRequest) => Promise<TransportResponse>;
  /** Name of a header that holds credentials of the endpoint. */
  credentialHeader?: string | undefined;
}

/** Headers for the first server alone. */
const confidential = new Set(['authorization', 'proxy-authorization', 'cookie']);

/**
 * Runs a request and, when `follow`, the redirects that its answers ask for: only GET requests are ever followed
 * (message-model 6.4 rule 5). Credentials go no further than the first host. Every hop is an exchange of its own, so the
 * outbound rules apply to each.
 */
export async function followRedirects(
  request: TransportRequest,
  { follow, exchange, credentialHeader }: RedirectOptions,
): Promise<TransportResponse> {
  let current = request;
  for (let hops = 0; ; hops++) {
    const response = await exchange(current);
    const location = follow && redirects.has(response.status) ? header(response.headers, 'location') : undefined;
    if (location === undefined || hops === maximum) return response;
    const url = resolve(location, current.url);
    if (url === undefined) return response;
    if (response.body && !(response.body instanceof Uint8Array)) response.body.resume();
    current = { ...current, url, headers: headersFor(current, url, credentialHeader?.toLowerCase()) };
  }
}

function resolve(location: string, base: string): string | undefined {
  try {
    return new URL(location, base).href;
  } catch {
    return undefined;
  }
}

/** @param credential a further header for the first server alone, in lower case */
function headersFor(request: TransportRequest, url: string, credential: string | undefined): string[] {
  const to = parseTarget(url);
  const sameServer = parseTarget(request.url).key === to.key;
  const forFirst = (lower: string): boolean => confidential.has(lower) || lower === credential;
  const headers: string[] = [];
  for (let index = 0; index + 1 < request.headers.length; index += 2) {
    const name = request.headers[index] as string;
    const lower = name.toLowerCase();
    if (lower === 'host') headers.push(name, to.authority);
    else if (sameServer || !forFirst(lower)) headers.push(name, request.headers[index + 1] as string);
  }
  return headers;
}

function header(pairs: readonly string[], name: string): string | undefined {
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    if ((pairs[index] as string).toLowerCase() === name) return pairs[index + 1];
  }
  return undefined;
}

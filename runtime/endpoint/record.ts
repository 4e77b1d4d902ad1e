import type { Message } from '../message/message.js';
import type { Recorder } from '../message/recorder.js';
import type { Transport, TransportRequest, TransportResponse } from '../transport/transport.js';
import { wholeBody } from '../transport/whole-body.js';

/** Sends a request and shows it to the message's recorder, if it has one; the bodies are then read whole. */
export function exchangeRecorded(
  { recorder }: Message,
  transport: Transport,
  request: TransportRequest,
): Promise<TransportResponse> {
  return recorder ? recorded(recorder, transport, request) : transport.exchange(request);
}

async function recorded(
  recorder: Recorder<Message>,
  transport: Transport,
  request: TransportRequest,
): Promise<TransportResponse> {
  const begun = performance.now();
  const body = await wholeBody(request.body);
  const call = {
    method: request.method,
    url: request.url,
    requestHeaders: record(request.headers),
    requestBody: body?.toString('utf8') ?? '',
  };
  const elapsed = () => performance.now() - begun;
  try {
    const response = await transport.exchange({ ...request, body });
    const answer = await wholeBody(response.body);
    recorder.call({
      ...call,
      status: response.status,
      responseHeaders: record(response.headers),
      responseBody: answer?.toString('utf8') ?? '',
      ms: elapsed(),
    });
    return { ...response, body: answer };
  } catch (error) {
    recorder.call({ ...call, ms: elapsed(), error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}

function record(pairs: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const name = pairs[index] as string;
    const value = pairs[index + 1] as string;
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

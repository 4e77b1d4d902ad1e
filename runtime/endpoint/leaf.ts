import { buildBody } from '../message/build.js';
import { isDoingRest } from '../message/content-type.js';
import { errorCode, Fault } from '../message/fault.js';
import type { Environment, Message, RenewableCredential } from '../message/message.js';
import { Payload } from '../message/payload.js';
import { standardEnvelope } from '../message/soap/standard-envelope.js';
import { withoutSecrets } from '../transport/target.js';
import {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from '../transport/transport.js';
import { becomeAnswer } from './answer.js';
import { sendBlocking } from './blocking.js';
import { Circuit } from './circuit.js';
import { isRetryable, suspensionDefaults, timeoutOf } from './definition.js';
import { type ChildEndpoint, reportedCode } from './endpoint.js';
import { type Failure, failureOf, faultOf, giveUp, reportFailure } from './failure.js';
import type { LeafParts } from './leaf-parts.js';
import { buildRequest, outgoingCopy } from './outgoing.js';
import { exchangeRecorded } from './record.js';
import { redirected } from './redirected.js';
import { discard, isRepeatable, keepForRepetition, renewableOf, restoreHeader } from './repetition.js';

/** An endpoint that sends by itself: address, http, default or wsdl. */
export class LeafEndpoint implements ChildEndpoint {
  readonly name: string | undefined;
  readonly circuit: Circuit;

  constructor(private readonly parts: LeafParts) {
    this.name = parts.name;
    this.circuit = new Circuit(parts.definition.suspension);
  }

  ready(message: Message): boolean {
    return this.circuit.ready && this.parts.destination.available(message);
  }

  retryable(code: number): boolean {
    return isRetryable(this.parts.definition.retry, code);
  }

  async send(message: Message): Promise<void> {
    if (!this.circuit.ready) throw this.#notReady(message);
    message.properties.set('last_endpoint', this.name ?? 'AnonymousEndpoint');
    try {
      await this.#send(message);
      this.circuit.succeeded();
    } catch (error) {
      throw await this.#failed(message, error);
    }
  }

  async sendBlocking(message: Message): Promise<void> {
    message.properties.set('last_endpoint', this.name ?? 'AnonymousEndpoint');
    await sendBlocking(message, this.parts, transportOf(message.environment));
    this.circuit.succeeded();
  }

  async #send(message: Message): Promise<void> {
    const { destination, properties, authentication } = this.parts;
    const transport = transportOf(message.environment);
    const expanded = destination.expand?.(message) ?? '';
    const applied = properties.apply(message);
    if (applied) await applied;
    if (destination.prepare) await destination.prepare(message.environment);
    const outgoing = outgoingCopy(message);
    const url = redirected(message, this.name, destination.resolve(message, outgoing, expanded));
    const header = authentication?.header;
    const before = header && message.headers.get(header);
    let response: TransportResponse;
    try {
      const authorized = authentication?.apply(outgoing);
      if (authorized) await authorized;
      const renewable = renewableOf(outgoing, authentication);
      const asked = renewable?.replayLimit(message) ?? authentication?.replayLimit ?? 0;
      const kept = keepForRepetition(message, asked);
      if (kept) await kept;
      response = await this.#exchange(message, outgoing, url, transport);
      if (response.status === 401 && renewable) {
        response = await this.#afterRefusal(message, outgoing, url, response, renewable);
      }
    } catch (error) {
      // Neither another endpoint nor a fault sequence is to find this endpoint's credentials on the message.
      if (header) restoreHeader(message, header, before);
      throw error;
    }
    becomeAnswer(message, response, outgoing);
    if (!isDoingRest(outgoing) && message.properties.get('FORCE_ERROR_ON_SOAP_FAULT') === 'true') {
      await refuseSoapFault(message);
    }
  }

  /**
   * A 401 is met with a new credential and a second attempt, once; its answer is given up before anything else is asked
   * for, since the connections may be counted (api-management 3.11 rule 5). A body that cannot be sent again leaves the
   * 401 as the answer.
   */
  async #afterRefusal(
    message: Message,
    outgoing: Message,
    url: string,
    refusal: TransportResponse,
    renewable: RenewableCredential,
  ): Promise<TransportResponse> {
    if (!isRepeatable(outgoing)) {
      await renewable.reject(outgoing);
      return refusal;
    }
    discard(refusal);
    await renewable.renew(outgoing);
    return this.#exchange(message, outgoing, url, transportOf(message.environment));
  }

  #exchange(message: Message, outgoing: Message, url: string, transport: Transport): Promise<TransportResponse> {
    const { definition } = this.parts;
    const request = buildRequest(outgoing, url, definition, timeoutOf(definition, message).limit);
    if (request instanceof Promise) return request.then((built) => this.#transmit(message, outgoing, built, transport));
    return this.#transmit(message, outgoing, request, transport);
  }

  #transmit(
    message: Message,
    outgoing: Message,
    request: TransportRequest,
    transport: Transport,
  ): Promise<TransportResponse> {
    const { authentication } = this.parts;
    if (!authentication?.exchange) return exchangeRecorded(message, transport, request);
    return authentication.exchange(outgoing, request, (one) => exchangeRecorded(message, transport, one));
  }

  /** Takes note of a failed send and makes the fault that goes on to the handlers (artifacts 3.2, 3.3, 3.9). */
  async #failed(message: Message, error: unknown): Promise<Fault> {
    const failure = failureOf(error);
    const { action } = this.parts.definition.timeout;
    reportFailure(message, failure);
    // It is meant for the connection that failed, not for the answer that a handler gives (message-model 6.4 rule 1).
    if (error instanceof TransportError) message.axis2.delete('NO_KEEPALIVE');
    if (failure.timedOut) this.#logTimeout(message);
    if (failure.timedOut && action === 'none') return giveUp(message, failure);
    if (failure.endpointsOwn) this.#suspend(message, failure);
    if (action === 'discard') {
      const text = 'Ignoring fault handlers since the timeout action is set to DISCARD';
      message.environment.logger.log('WARN', 'AsyncCallback', text);
      return giveUp(message, failure);
    }
    if (failure.timedOut) message.payload = Payload.empty();
    else await readRequestBody(message);
    return faultOf(failure, this.name);
  }

  #suspend(message: Message, failure: Failure): void {
    const state = this.circuit.failed(failure.code ?? reportedCode(message), suspensionDefaults(message));
    if (state === undefined) return;
    const where = `${this.name ?? 'AnonymousEndpoint'} with address ${this.#address(message)}`;
    const text =
      state === 'TIMEOUT'
        ? `Endpoint : ${where} is marked as TIMEOUT and will be retried : ${this.circuit.remaining} more time/s after : ${new Date(this.circuit.retryAt).toString()}`
        : `Endpoint : ${where} has been marked for SUSPENSION`;
    message.environment.logger.log('WARN', 'EndpointContext', text);
  }

  #logTimeout(message: Message): void {
    const { limit, own } = timeoutOf(this.parts.definition, message);
    const text =
      `Expiring message ID : ${message.id}; dropping message after ${own ? 'ENDPOINT_TIMEOUT' : 'GLOBAL_TIMEOUT'} of : ` +
      `${Math.trunc(limit / 1000)} seconds for Endpoint [${this.name ?? 'AnonymousEndpoint'}], ` +
      `URI : ${this.#address(message)}`;
    message.environment.logger.log('WARN', 'TimeoutHandler', text);
  }

  #address(message: Message): string {
    return withoutSecrets(this.parts.destination.describe(message));
  }

  /** A root endpoint that is not ready sends nothing; ERROR_CODE stays when another was tried before (artifacts 3.3). */
  #notReady(message: Message): Fault {
    const { label, notReadyCode } = this.parts.destination;
    const kind = label === 'HTTP' ? 'Currently, HTTP' : `Currently , ${label}`;
    const text = `${kind} endpoint : [ Name : ${this.name ?? 'AnonymousEndpoint'} ] [ State : ${this.circuit.state} ]`;
    const tried = message.properties.has('last_endpoint');
    if (tried) return new Fault(text);
    return new Fault(text, { code: notReadyCode, detail: text });
  }
}

/**
 * Handlers find the request's body, built; an empty one when it cannot be had any more (message-model 6.4 rule 1). The
 * unread payload stays as it was, for a composite endpoint that sends it to another child.
 */
async function readRequestBody(message: Message): Promise<void> {
  const { payload } = message;
  if (payload.built) return;
  try {
    if (isConsumed(message)) throw new Error('The body was already given to the backend');
    message.payload = Payload.unread(await payload.collect());
    await buildBody(message);
    standardEnvelope(message.payload);
  } catch {
    message.payload = Payload.empty();
  }
}

/** A stream that was given to the backend cannot be read again by a fault sequence. */
function isConsumed({ payload }: Message): boolean {
  const { source } = payload;
  return source !== undefined && !(source instanceof Uint8Array) && (source.readableDidRead || source.destroyed);
}

/** FORCE_ERROR_ON_SOAP_FAULT: a fault in answer to a SOAP request fails the endpoint with 500000 (artifacts 3.3). */
async function refuseSoapFault(message: Message): Promise<void> {
  message.answers++;
  try {
    await buildBody(message);
  } finally {
    message.answers--;
  }
  if (message.payload.isFault) throw new SoapFault();
}

class SoapFault extends Fault {
  constructor() {
    super('The backend answered with a SOAP fault', { code: errorCode.forcedSoapFault });
  }
}

function transportOf(environment: Environment): Transport {
  if (environment.transport) return environment.transport;
  throw new Error('This environment has no way out: nothing can be called from here');
}

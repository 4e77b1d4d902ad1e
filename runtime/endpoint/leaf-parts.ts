import type { Message, RenewableCredential } from '../message/message.js';
import type { TransportRequest, TransportResponse } from '../transport/transport.js';
import type { EndpointDefinition } from './definition.js';
import type { Destination } from './destination.js';
import type { EndpointProperties } from './property-children.js';

/** What a leaf endpoint is made of, whatever its kind. */
export interface LeafParts {
  readonly name: string | undefined;
  readonly destination: Destination;
  readonly definition: EndpointDefinition;
  readonly properties: EndpointProperties;
  readonly authentication: Authentication | undefined;
}

/** The `<authentication>` of an endpoint (artifacts 3.7). */
export interface Authentication {
  /** Name of the header that it sets; undefined when its credentials are elsewhere. */
  readonly header: string | undefined;
  /**
   * Sets the header, before the request is made of the message; a promise only when it has to wait.
   * @throws Fault 303003, or another of artifacts 3.7, when no token can be had
   */
  apply(message: Message): void | Promise<void>;
  /** What can be done about a 401. */
  readonly renewable: RenewableCredential | undefined;
  /**
   * Sends the request that was made of the message: for credentials that depend on the request, or on what the server
   * asks for.
   */
  exchange?(message: Message, request: TransportRequest, send: Send): Promise<TransportResponse>;
  /** Bytes of an unread body that are held since {@link exchange} may send it twice. */
  readonly replayLimit?: number;
}

export type Send = (request: TransportRequest) => Promise<TransportResponse>;

import type { Endpoint } from '../message/message.js';
import { defaultSuspension } from './circuit.js';
import { defaultDestination } from './destination.js';
import { LeafEndpoint } from './leaf.js';

/**
 * Where a `send` or `call` without an endpoint goes: the To address of the message as it is, without REST_URL_POSTFIX
 * (mediators 4.8, 5.2). It is never suspended.
 */
export function toAddressEndpoint(): Endpoint {
  return new LeafEndpoint({
    name: undefined,
    destination: defaultDestination(undefined, (address) => address),
    definition: {
      format: undefined,
      optimize: undefined,
      encoding: undefined,
      timeout: { duration: undefined, action: 'none' },
      suspension: { ...defaultSuspension, initialDuration: 0 },
      retry: { disabled: new Set(), enabled: new Set() },
    },
    properties: { literals: new Map(), apply: () => undefined },
    authentication: undefined,
  });
}

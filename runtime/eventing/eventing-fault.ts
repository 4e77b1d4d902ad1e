/** What is wrong with a WS-Eventing request; the subscriber is told by a SOAP fault. */
export class EventingFault extends Error {
  override readonly name = 'EventingFault';

  /**
   * @param subcode local name in the namespace of WS-Eventing, e.g. `InvalidExpirationTime`
   * @param code whose mistake it is
   */
  constructor(
    readonly subcode: string,
    message: string,
    readonly code: 'Sender' | 'Receiver' = 'Sender',
  ) {
    super(message);
  }
}

/** WS-Addressing and addressing fields of a message (message-model 3.2 `get-property` special keys). */
export interface Addressing {
  to?: string | undefined;
  from?: string | undefined;
  replyTo?: string | undefined;
  faultTo?: string | undefined;
  relatesTo?: string | undefined;
  /** The WS-Addressing action and the SOAP action, which mediation sets together. */
  action?: string | undefined;
  soapAction?: string | undefined;
}

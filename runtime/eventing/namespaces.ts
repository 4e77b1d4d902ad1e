/** WS-Eventing (August 2004). */
export const EVENTING = 'http://schemas.xmlsoap.org/ws/2004/08/eventing';
/** WS-Addressing as WS-Eventing names it, and the version of 2005 that some clients write. */
export const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
export const ADDRESSING_2005 = 'http://www.w3.org/2005/08/addressing';

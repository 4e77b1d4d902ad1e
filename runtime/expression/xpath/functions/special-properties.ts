import type { Message } from '../../../message/message.js';

/**
 * The keys of the default scope that are read from the message itself (message-model 3.2), all of them texts.
 * Undefined for every other name.
 */
export function specialProperty(message: Message, name: string): string | undefined {
  const { addressing } = message;
  switch (name) {
    case 'To':
      return addressing.to ?? '';
    case 'From':
      return addressing.from ?? '';
    case 'Action':
      return addressing.action ?? '';
    case 'FaultTo':
      return addressing.faultTo ?? '';
    case 'ReplyTo':
      return addressing.replyTo ?? '';
    case 'RelatesTo':
      return addressing.relatesTo ?? '';
    case 'MessageID':
      return message.id;
    case 'FAULT':
      return isFault(message) ? 'TRUE' : '';
    case 'MESSAGE_FORMAT':
      return messageFormat(message);
    case 'OperationName':
      return 'mediate';
    case 'OperationNamespace':
      return '';
    default:
      return undefined;
  }
}

const soapNamespaces = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

function isFault(message: Message): boolean {
  const { payload } = message;
  const first = payload.firstElementName();
  if (first?.localName === 'Fault' && first.namespace === soapNamespaces[payload.soapVersion]) return true;
  return String(message.axis2Property('FAULT_MESSAGE')).toUpperCase() === 'TRUE';
}

/** Whoever speaks REST has `pox`, whatever the body; without that knowledge a parsed SOAP envelope tells. */
function messageFormat(message: Message): string {
  const rest = message.properties.get('IsClientDoingREST');
  const isPox = typeof rest === 'boolean' ? rest : !message.payload.hasDocument;
  if (isPox) return 'pox';
  return message.payload.soapVersion === '1.1' ? 'soap11' : 'soap12';
}

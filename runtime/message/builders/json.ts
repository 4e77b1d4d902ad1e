import { parseJson } from '../../json/parse.js';
import { charsetOf } from '../charset.js';
import { errorCode, Fault } from '../fault.js';
import type { Message } from '../message.js';
import { StoredJson } from '../stored-json.js';
import type { BuilderInput } from './builder.js';

/**
 * application/json: the bytes are kept as they are; only the first characters decide whether they are accepted
 * (message-model 4.2, 5.4). Without a payload the envelope is SOAP 1.2.
 */
export function buildJson(message: Message, { bytes, contentType }: BuilderInput): void {
  const method = message.axis2Text('HTTP_METHOD');
  const json = StoredJson.ofBytes(bytes, charsetOf(contentType) ?? 'UTF-8', method === 'GET' || method === 'DELETE');
  if (json && message.environment.property('force.json.message.validation')?.toLowerCase() === 'true') {
    validate(message, json.text);
  }
  message.payload.reset(json?.wrapper ? '1.1' : '1.2');
  message.payload.setJson(json);
}

function validate(message: Message, text: string): void {
  try {
    parseJson(text);
  } catch (error) {
    message.axis2.set('RAW_PAYLOAD', text);
    // Malformed JSON is 601000 only where validation was asked for (message-model 2.6).
    const { message: reason } = error as Error;
    throw new Fault(reason, { code: errorCode.parsing, cause: error });
  }
}

import { parseElement } from '../xml/parse.js';
import { serializeElement } from '../xml/serialize.js';
import { cloneInto } from '../xml/walk.js';
import type { Attachment } from './attachments.js';
import type { SoapVersion } from './envelope.js';
import { Fault } from './fault.js';
import { Payload } from './payload.js';

/** A body outside of this process. */
export interface StoredBody {
  readonly soap: SoapVersion;
  readonly json?: string;
  readonly text?: string;
  readonly binary?: string;
  /** The whole envelope; it had a document of its own when `document` is true. */
  readonly envelope?: string;
  readonly document?: boolean;
  /** Header of an envelope whose body is JSON, a text or bytes. */
  readonly header?: string;
  readonly attachments?: readonly (Omit<Attachment, 'bytes'> & { readonly base64: string })[];
}

/**
 * A built body as plain JSON.
 * @throws Fault when it cannot be written so that it can be read again
 */
export function storedBody(payload: Payload): StoredBody {
  const soap = payload.soapVersion;
  const { madeHeader } = payload;
  const header = madeHeader?.firstChild ? { header: serializeElement(madeHeader) } : {};
  const json = payload.writtenJson;
  if (json !== undefined) return { soap, json: json.text, ...header };
  const { text, binary } = payload;
  if (text !== undefined) return { soap, text, ...header };
  if (binary !== undefined) return { soap, binary: base64(binary), ...header };
  const envelope = serializeElement(payload.envelope());
  checkReadable(envelope);
  const attachments = payload.attachments.map(({ bytes, ...rest }) => ({ ...rest, base64: base64(bytes) }));
  return { soap, envelope, document: payload.hasDocument, ...(attachments.length > 0 ? { attachments } : {}) };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** JSON makes elements with names that XML does not have: better refused now than by whoever takes the message. */
function checkReadable(xml: string): void {
  try {
    parseElement(xml);
  } catch (error) {
    throw new Fault(`The body cannot be stored, as it is no XML: ${(error as Error).message}`, { cause: error });
  }
}

/** The body that {@link storedBody} wrote. @throws Error when it is none */
export function restoredBody(body: StoredBody): Payload {
  const payload = Payload.empty(body.soap);
  if (body.envelope !== undefined) {
    payload.setEnvelope(parseElement(body.envelope), { hasDocument: body.document === true });
    const attachments = body.attachments ?? [];
    payload.attachments = attachments.map(({ base64: text, ...rest }) => ({
      ...rest,
      bytes: Buffer.from(text, 'base64'),
    }));
    return payload;
  }
  const header = body.header === undefined ? undefined : payload.header(true);
  if (header) {
    const stored = parseElement(body.header as string);
    for (let child = stored.firstChild; child; child = child.nextSibling) cloneInto(child, header);
  }
  if (body.json !== undefined) payload.setJsonText(body.json);
  else if (body.text !== undefined) payload.setText(body.text);
  else payload.setBinary(Buffer.from(body.binary ?? '', 'base64'));
  return payload;
}

import { environmentConversion } from './conversion/environment-options.js';
import { type ExcessHeaders, TransportHeaders } from './headers.js';
import { type Environment, type Exchange, Message } from './message.js';
import { restoredBody, type StoredBody, storedBody } from './stored-body.js';
import { restoredEntries, restoredValue, type StoredValue, storedEntries } from './stored-value.js';

const FORMAT = 'mediant.message/1';
const EXCESS = 'EXCESS_TRANSPORT_HEADERS';

interface StoredForm {
  readonly format: string;
  readonly id: string;
  readonly addressing: Message['addressing'];
  readonly response: boolean;
  readonly headers: readonly [string, StoredValue][];
  readonly excess?: readonly [string, readonly string[]][];
  readonly properties: readonly [string, StoredValue][];
  readonly variables: readonly [string, StoredValue][];
  readonly axis2: readonly [string, StoredValue][];
  readonly client: readonly [string, StoredValue][];
  readonly body: StoredBody;
}

/**
 * A message as text, for a store outside of this process (artifacts 2.7): body, headers, addressing, and of its
 * properties and variables those that are values. The body has to be built.
 * @throws Fault when the body cannot be written so that it can be read again
 */
export function storedMessage(message: Message): string {
  const { excessHeaders } = message;
  const form: StoredForm = {
    format: FORMAT,
    id: message.id,
    addressing: message.addressing,
    response: message.response,
    headers: storedEntries(message.headers),
    ...(excessHeaders ? { excess: [...excessHeaders.values()].map(({ name, values }) => [name, values]) } : {}),
    properties: storedEntries(message.properties),
    variables: storedEntries(message.variables),
    axis2: storedEntries([...message.axis2].filter(([name]) => name !== EXCESS)),
    client: storedEntries(message.client),
    body: storedBody(message.payload),
  };
  return JSON.stringify(form);
}

/**
 * The message of a text that {@link storedMessage} wrote, with an exchange of its own.
 * @throws Error when it is none
 */
export function restoredMessage(text: string, context: { environment: Environment; exchange: Exchange }): Message {
  const form = parseForm(text);
  const payload = restoredBody(form.body);
  payload.conversion = environmentConversion(context.environment);
  const headers = TransportHeaders.of(form.headers.map(([name, value]) => [name, restoredValue(value)] as const));
  const message = new Message({ ...context, headers, payload });
  message.id = form.id;
  message.addressing = { ...form.addressing };
  message.response = form.response;
  message.properties = restoredEntries(form.properties);
  message.variables = restoredEntries(form.variables);
  message.axis2 = restoredEntries(form.axis2);
  message.client = restoredEntries(form.client);
  if (form.excess) {
    const excess: ExcessHeaders = new Map();
    for (const [name, values] of form.excess) excess.set(name.toLowerCase(), { name, values: [...values] });
    message.axis2.set(EXCESS, excess);
  }
  return message;
}

/** The id of a stored message. @throws Error when the text is none */
export const storedId = (text: string): string => parseForm(text).id;

function parseForm(text: string): StoredForm {
  let form: Partial<StoredForm> | undefined;
  try {
    form = JSON.parse(text) as Partial<StoredForm>;
  } catch {
    // Not even JSON.
  }
  if (form?.format !== FORMAT) throw new Error('it was not written by a message store of Mediant');
  return form as StoredForm;
}

import { createHash } from 'node:crypto';
import type { CompileContext, Step } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { javaText } from '../runtime/java/text.js';
import { WholeNumber } from '../runtime/java/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Environment, Mediate, Message, Outcome } from '../runtime/message/message.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { type Answers, type CachedAnswer, CacheEntry, LocalAnswers } from './cache-entry.js';
import { ServerAnswers } from './cache-server-answers.js';
import { type HeaderChoice, readHeaders, readSettings } from './cache-settings.js';
import { defineMediator } from './mediator.js';
import { respondToClient } from './respond.js';
import { sharedOwner } from './shared-owner.js';

/**
 * ```xml
 * <cache collector="false" timeout="5000" maxMessageSize="-1">
 *   <onCacheHit sequence="…">mediators</onCacheHit>
 *   <protocol type="HTTP"><methods>GET,POST</methods><headersToExcludeInHash>…</headersToExcludeInHash>
 *     <headersToIncludeInHash>…</headersToIncludeInHash><responseCodes>2[0-9][0-9]</responseCodes>
 *     <enableCacheControl>true</enableCacheControl><includeAgeHeader>true</includeAgeHeader></protocol>
 *   <implementation maxSize="1000"/>
 * </cache>
 * <cache collector="true"/>
 * ```
 * On the request path, answers what was answered before; on the response path, the collector keeps the answer
 * (mediators 9.2).
 */
export const cache = defineMediator({
  name: 'cache',
  summary: 'Keeps answers and gives them again.',
  attributes: {
    collector: {
      description: 'true on the response path, false on the request path.',
      required: true,
      values: ['true', 'false'],
    },
    timeout: { description: 'Seconds that an answer is kept.', default: '5000' },
    maxMessageSize: { description: 'Bytes; longer bodies are not kept; -1: any.', default: '-1' },
    id: { description: 'Accepted, without effect.' },
    scope: { description: 'Accepted, without effect.' },
    hashGenerator: { description: 'Class of the reference engine; without effect.' },
  },
  children: ['onCacheHit', 'protocol', 'implementation'],
  inner: {
    onCacheHit: ['sequence'],
    protocol: ['type'],
    implementation: ['type', 'maxSize'],
  },
  compile(element, context) {
    const collector = element.attribute('collector');
    if (collector === 'true') return { contentAware: true, mediate: collect };
    if (collector === 'false') return compileFinder(element, context);
    return element.fail('invalid-attribute-value', '<cache> needs collector="true" or collector="false"', {
      attribute: 'collector',
      hint: 'collector="false" looks answers up on the request path, collector="true" keeps them on the response path',
    });
  },
});

/** Property by which the collector finds the entry. */
const entryProperty = 'CachableResponse';

function compileFinder(element: ConfigElement, context: CompileContext): Step {
  const settings = readSettings(element);
  const headersOf = readHeaders(element);
  const onHit = compileOnHit(element, context);
  const owner = sharedOwner(element, context);
  const { maxEntries, timeout } = settings;
  const here = new LocalAnswers({ maxEntries, timeout });
  const answersIn = (environment: Environment): Answers => {
    const { shared } = environment;
    return shared ? new ServerAnswers(shared, environment, { owner, limits: { maxEntries, timeout } }) : here;
  };
  return {
    contentAware: true,
    mediate(message) {
      if (message.isResponse) throw new Fault('Response messages cannot be handled by a cache with collector="false"');
      const method = String(message.axis2Property('HTTP_METHOD') ?? '');
      const hash = hashOf(message, method, headersOf);
      const entry = new CacheEntry(hash, method, settings, answersIn(message.environment));
      message.setProperty('requestHash', hash);
      message.setProperty(entryProperty, entry);
      const goOn = (answer: CachedAnswer | undefined): Outcome | Promise<Outcome> =>
        !answer || mustAskAgain(message, entry, answer) || giveAgain(message, entry, answer, onHit);
      const found = entry.answers.find(hash);
      return found instanceof Promise ? found.then(goOn) : goOn(found);
    },
  };
}

function compileOnHit(element: ConfigElement, context: CompileContext): Mediate | undefined {
  const onHit = element.element('onCacheHit');
  const key = onHit?.attribute('sequence');
  if (key !== undefined) {
    return (message) => {
      const sequence = message.sequence(key);
      if (!sequence) throw new Fault(`Sequence named ${key} of a cache cannot be found`);
      return sequence.mediate(message);
    };
  }
  return onHit && onHit.elements().length > 0 ? context.children(onHit).mediate : undefined;
}

const bodyless = new Set(['GET', 'DELETE', 'HEAD']);

/** Address, method, headers and body; requests that agree in these have one answer. */
function hashOf(message: Message, method: string, headersOf: HeaderChoice): string {
  const hash = createHash('sha256');
  hash.update(`${method} ${message.addressing.to ?? ''}\n`);
  for (const [name, value] of headersOf(message)) hash.update(`${name.toLowerCase()}: ${javaText(value)}\n`);
  if (!bodyless.has(method)) hash.update(`\n${bodyText(message)}`);
  return hash.digest('hex');
}

function bodyText({ payload }: Message): string {
  const { jsonText } = payload;
  if (jsonText !== undefined) return jsonText;
  const first = payload.firstElement();
  return first ? serializeElement(first) : '';
}

/** With cache control: the answer is too old by its own words, or wants to be asked for; by its ETag, if it has one. */
function mustAskAgain(message: Message, { settings }: CacheEntry, answer: CachedAnswer): boolean {
  if (!settings.cacheControl) return false;
  const control = answer.headers.text('Cache-Control') ?? '';
  const maxAge = /max-age\s*=\s*(\d+)/i.exec(control)?.[1];
  const tooOld = maxAge !== undefined && answer.received + Number(maxAge) * 1000 < Date.now();
  const etag = answer.headers.text('ETag');
  const askFirst = /no-cache/i.test(control) && etag !== undefined;
  if (!tooOld && !askFirst) return false;
  if (etag !== undefined) {
    message.headers.clear();
    message.headers.set('If-None-Match', etag);
  }
  return true;
}

/** The message becomes the kept answer. The flow it came in by ends here. */
async function giveAgain(message: Message, entry: CacheEntry, answer: CachedAnswer, onHit?: Mediate): Promise<Outcome> {
  message.response = true;
  message.payload = answer.payload.clone();
  message.headers = answer.headers.clone();
  if (entry.settings.ageHeader) {
    message.headers.set('Age', String(Math.floor((Date.now() - answer.received) / 1000)));
  }
  const { axis2 } = message;
  const restored = { HTTP_SC_DESC: answer.reason, messageType: answer.messageType, ContentType: answer.contentType };
  axis2.set('HTTP_SC', statusOf(answer.status));
  axis2.delete('NO_ENTITY_BODY');
  for (const [name, value] of Object.entries(restored)) {
    if (value === undefined) axis2.delete(name);
    else axis2.set(name, value);
  }
  if (onHit) await onHit(message);
  else await respondToClient(message);
  return false;
}

const statusOf = (status: unknown): unknown =>
  /^\d+$/.test(javaText(status)) ? WholeNumber.integer(Number(javaText(status))) : status;

async function collect(message: Message): Promise<Outcome> {
  if (!message.isResponse) throw new Fault('Request messages cannot be handled by a cache with collector="true"');
  const entry = message.properties.get(entryProperty);
  if (!(entry instanceof CacheEntry)) {
    message.environment.logger.log('WARN', 'CacheMediator', 'No cache with collector="false" has seen this request');
    return true;
  }
  const { settings, answers, hash } = entry;
  const status = javaText(message.axis2Property('HTTP_SC') ?? '');
  if (settings.cacheControl && /no-store/i.test(message.headers.text('Cache-Control') ?? '')) {
    await answers.forget(hash);
    return true;
  }
  const known = status === '304' ? await answers.find(hash) : undefined;
  if (known) return giveAgain(message, entry, known);
  const fits = settings.responseCodes.test(status) && (settings.methods?.has(entry.method) ?? true);
  if (!fits) {
    await answers.forget(hash);
    return true;
  }
  if (Buffer.byteLength(bodyText(message)) > settings.maxMessageSize) return true;
  await keep(message, entry);
  return true;
}

/** The reference keeps type and key among the headers, which the present answer then shows too. */
async function keep(message: Message, entry: CacheEntry): Promise<void> {
  const { axis2, headers } = message;
  headers.set('messageType', axis2.get('messageType'));
  headers.set('cacheKey', entry.hash);
  const answer: CachedAnswer = {
    payload: message.payload.clone(),
    headers: headers.clone(),
    status: axis2.get('HTTP_SC'),
    reason: axis2.get('HTTP_SC_DESC'),
    messageType: axis2.get('messageType'),
    contentType: axis2.get('ContentType'),
    received: Date.now(),
  };
  try {
    await entry.answers.keep(entry.hash, answer);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    message.environment.logger.log('WARN', 'CacheMediator', `The answer is not kept: ${error.message}`);
  }
}

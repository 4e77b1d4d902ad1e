import type { ConfigElement } from '../runtime/configuration/element.js';
import { type JavaRegex, javaRegex } from '../runtime/java/regex.js';
import type { Message } from '../runtime/message/message.js';
import { integerAttribute } from './attribute.js';
import type { CacheSettings } from './cache-entry.js';

const methodNames = new Set(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT']);
/** Entries of a cache that names no limit: the keys come from clients, so there has to be one. */
const defaultEntries = 10_000;

/** Which headers of a request tell it from others (mediators 9.2). */
export type HeaderChoice = (message: Message) => [string, unknown][];

/** Packages of the hash generators that the reference engine brings along. */
const ownGenerators = /^org\.wso2\./;

/** A generator of one's own is a Java class, and would tell requests apart in another way than this cache does. */
function refuseOwnGenerator(element: ConfigElement, name: string | undefined, attribute?: string): void {
  if (!name || ownGenerators.test(name)) return;
  element.fail('needs-jvm', `The hash generator ${name} is a Java class`, {
    ...(attribute === undefined ? {} : { attribute }),
    hint: 'remove it, and choose the headers that count by headersToIncludeInHash or headersToExcludeInHash',
  });
}

/** Reads the settings of a finder; everything inside `<protocol>` counts for HTTP only. */
export function readSettings(element: ConfigElement): CacheSettings {
  const protocol = httpProtocol(element);
  refuseOwnGenerator(element, element.attribute('hashGenerator')?.trim(), 'hashGenerator');
  refuseOwnGenerator(protocol?.element('hashGenerator') ?? element, text(protocol, 'hashGenerator'));
  const size = integerAttribute(element, 'maxMessageSize', -1);
  const hasAge = text(protocol, 'includeAgeHeader') !== undefined;
  return {
    timeout: integerAttribute(element, 'timeout', 5000, { minimum: 0 }) * 1000,
    maxMessageSize: size < 0 ? Number.POSITIVE_INFINITY : size,
    maxEntries: entryLimit(element),
    methods: readMethods(protocol),
    responseCodes: readCodes(protocol),
    // The reference drops enableCacheControl when includeAgeHeader is absent.
    cacheControl: hasAge && isTrue(text(protocol, 'enableCacheControl')),
    ageHeader: isTrue(text(protocol, 'includeAgeHeader')),
  };
}

/** Compiles the choice of headers: those to include when there are any, else all but those to exclude. */
export function readHeaders(element: ConfigElement): HeaderChoice {
  const protocol = httpProtocol(element);
  const included = names(text(protocol, 'headersToIncludeInHash'));
  const excluded = names(text(protocol, 'headersToExcludeInHash'));
  const never = new Set(['date', 'user-agent']);
  return ({ headers }) => {
    if (included.size > 0) return headers.sorted().filter(([name]) => included.has(name.toLowerCase()));
    if (excluded.has('*')) return [];
    return headers.sorted().filter(([name]) => !never.has(name.toLowerCase()) && !excluded.has(name.toLowerCase()));
  };
}

function httpProtocol(element: ConfigElement): ConfigElement | undefined {
  const protocol = element.element('protocol');
  return protocol?.attribute('type')?.toUpperCase() === 'HTTP' ? protocol : undefined;
}

function entryLimit(element: ConfigElement): number {
  const implementation = element.element('implementation');
  const limit = implementation ? integerAttribute(implementation, 'maxSize', -1) : -1;
  return limit < 0 ? defaultEntries : limit;
}

function readMethods(protocol: ConfigElement | undefined): CacheSettings['methods'] {
  const list = text(protocol, 'methods');
  if (!protocol || !list || list === '*') return undefined;
  const found = new Set(list.split(',').map((name) => name.trim().toUpperCase()));
  const unknown = [...found].find((name) => !methodNames.has(name) && name !== '*');
  if (unknown !== undefined) {
    (protocol.element('methods') ?? protocol).fail('invalid-value', `"${unknown}" is no HTTP method`, {
      hint: 'write standard methods separated by commas, or *',
    });
  }
  return found.has('*') ? undefined : found;
}

function readCodes(protocol: ConfigElement | undefined): JavaRegex {
  const source = text(protocol, 'responseCodes') ?? '.*';
  try {
    return javaRegex(source);
  } catch (error) {
    return (protocol as ConfigElement).fail(
      'invalid-regex',
      `responseCodes is no regular expression: ${(error as Error).message}`,
      {
        hint: 'write for example 2[0-9][0-9]',
      },
    );
  }
}

function names(list: string | undefined): Set<string> {
  return new Set((list ?? '').split(',').flatMap((name) => name.trim().toLowerCase() || []));
}

function text(protocol: ConfigElement | undefined, name: string): string | undefined {
  return protocol?.element(name)?.text.trim();
}

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

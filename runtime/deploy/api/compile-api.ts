import type { CompileContext } from '../../configuration/context.js';
import type { ConfigElement } from '../../configuration/element.js';
import type { Message, Outcome } from '../../message/message.js';
import { type ApiHandler, builtInHandlers } from './handlers.js';
import { compileResource, patternOf, type Resource } from './resource.js';

/** A compiled `<api>` (artifacts 1.1). */
export interface Api {
  readonly kind: 'api';
  /** Registered name: `name`, or `name:vVERSION` for a versioned API. */
  readonly name: string;
  /** The name attribute as written; stands in ARTIFACT_NAME. */
  readonly plainName: string;
  /** Trailing slashes removed, version substituted; `/` becomes the empty string. */
  readonly context: string;
  readonly version: string;
  readonly versionType: 'url' | 'context' | '';
  readonly hostname: string | undefined;
  readonly port: number | undefined;
  readonly transports: 'http' | 'https' | undefined;
  readonly resources: readonly Resource[];
  readonly handlers: readonly ApiHandler[];
  /** Answers a request that no resource takes, in place of the engine's empty answer. */
  readonly mismatch?: (message: Message, status: 400 | 404 | 405) => Outcome | Promise<Outcome>;
}

export function compileApi(element: ConfigElement, context: CompileContext): Api {
  const name =
    element.attribute('name') ||
    element.fail('missing-attribute', "Attribute 'name' is required for an API definition");
  const version = element.attribute('version') ?? '';
  const versionType = readVersionType(element, version);
  const resources = element
    .elements()
    .filter((child) => child.localName === 'resource')
    .map((child, index) => compileResource(child, index, context));
  if (resources.length === 0) {
    element.fail('no-resource', 'An API must contain at least one resource definition', {
      hint: 'add <resource methods="GET" uri-template="/*">…</resource>',
    });
  }
  checkResources(element, resources);
  return {
    kind: 'api',
    name: version === '' ? name : `${name}:v${version}`,
    plainName: name,
    context: readContext(element, version, versionType),
    version,
    versionType,
    hostname: element.attribute('hostname') || undefined,
    port: readPort(element),
    transports: readTransports(element),
    resources,
    handlers: readHandlers(element, resources),
  };
}

function readContext(element: ConfigElement, version: string, versionType: Api['versionType']): string {
  const text =
    element.attribute('context') ||
    element.fail('missing-attribute', "Attribute 'context' is required for an API definition");
  if (!text.startsWith('/')) {
    element.fail('invalid-context', "API context must begin with '/' character", {
      attribute: 'context',
      hint: `write context="/${text}"`,
    });
  }
  const context = text.replace(/\/+$/, '');
  return versionType === 'context' ? context.replaceAll('{version}', version) : context;
}

function readVersionType(element: ConfigElement, version: string): Api['versionType'] {
  const type = (element.attribute('version-type') ?? '').trim();
  if (version !== '' && type === '') {
    element.fail('missing-attribute', "Attribute 'version-type' is required for an API definition", {
      attribute: 'version',
      hint: 'add version-type="url" (…/context/version/…) or version-type="context" ({version} inside the context)',
    });
  }
  if (type === '' || type === 'url' || type === 'context') return version === '' ? '' : type;
  return element.fail('invalid-value', `Unknown version-type "${type}"`, {
    attribute: 'version-type',
    hint: 'use url or context',
  });
}

function readPort(element: ConfigElement): number | undefined {
  const text = element.attribute('port');
  if (!text) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port))
    element.fail('invalid-value', `The port "${text}" is not a number`, { attribute: 'port' });
  return port;
}

function readTransports(element: ConfigElement): Api['transports'] {
  const text = element.attribute('transports') || undefined;
  if (text === undefined || text === 'http' || text === 'https') return text;
  return element.fail('invalid-protocol', `Invalid protocol name: ${text}`, {
    attribute: 'transports',
    hint: 'use http or https, or leave the attribute out for both',
  });
}

function checkResources(element: ConfigElement, resources: readonly Resource[]): void {
  const seen: Resource[] = [];
  for (const resource of resources) {
    const pattern = patternOf(resource);
    for (const other of seen) {
      if (patternOf(other) !== pattern) continue;
      if (pattern === undefined) element.fail('duplicate-resource', 'Only one resource can be designated as default');
      if (resource.methods.some((method) => other.methods.includes(method))) {
        element.fail('duplicate-resource', 'Two resources cannot have the same path mapping and methods');
      }
    }
    seen.push(resource);
  }
}

function readHandlers(element: ConfigElement, resources: readonly Resource[]): ApiHandler[] {
  const handlers =
    element
      .element('handlers')
      ?.elements()
      .filter((child) => child.localName === 'handler') ?? [];
  return handlers.map((handler) => {
    const className =
      handler.attribute('class') || handler.fail('missing-attribute', 'A handler needs a class attribute');
    const factory = builtInHandlers[className];
    if (!factory) {
      return handler.fail('unknown-handler', `Error initializing API handler: ${className}`, {
        attribute: 'class',
        hint: `Java classes do not run here; built in are ${Object.keys(builtInHandlers).join(' and ')}`,
      });
    }
    const properties = handler
      .elements()
      .filter((child) => child.localName === 'property')
      .map((property) => [property.attribute('name') ?? '', property.attribute('value') ?? ''] as const);
    return factory(new Map(properties), resources);
  });
}

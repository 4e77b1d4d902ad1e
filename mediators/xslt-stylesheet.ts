import type { ConfigElement } from '../runtime/configuration/element.js';
import { inTurn } from '../runtime/limit/heavy-work.js';
import { TimeLimitError } from '../runtime/limit/time-limit.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import type { EntryValue } from '../runtime/message/registry.js';
import { serializeElement } from '../runtime/xml/serialize.js';
import { loadXsltEngine, type Stylesheet, type Surroundings, type XsltEngine } from '../runtime/xslt/engine.js';
import { dynamicAttribute, requiredAttribute } from './attribute.js';
import { entryOf, requiredEntry } from './entry.js';
import { resourceKeys } from './resource-child.js';

/** The stylesheet of a mediator, ready to run. */
export interface CurrentStylesheet {
  /** The text that the stylesheet makes of a document. @throws Fault */
  transform(source: string, parameters: Readonly<Record<string, string>>): string;
  /** Runs work with it when its turn has come. @throws Fault */
  inTurn(work: () => void): void | Promise<void>;
  readonly isText: boolean;
}

/** A compiled stylesheet and what it was made of. */
interface Compiled {
  readonly stylesheet: Stylesheet;
  readonly parts: readonly { readonly key: string; readonly entry: EntryValue }[];
}

/**
 * Compiles `key` and `<resource>` children. The stylesheet itself is compiled when it is first needed, and again when
 * its entry or a part that it includes has changed (mediators 6.3).
 * @returns finds the stylesheet for a message
 * @throws ConfigurationError without a key, for a resource without location or key
 */
export function compileStylesheet(element: ConfigElement) {
  requiredAttribute(element, 'key');
  const key = dynamicAttribute(element, 'key');
  const resources = resourceKeys(element);
  const isCached = element.attribute('useCache')?.toLowerCase() !== 'false';
  const cache = new WeakMap<object, Compiled>();
  return async (message: Message): Promise<CurrentStylesheet> => {
    const name = key.literal ?? key.evaluate(message) ?? '';
    const entry = requiredEntry(message.environment, name);
    if (typeof entry === 'string') throw new Fault(`The stylesheet ${name} is a text; it has to be an XML entry`);
    const current = (): Compiled | undefined => {
      const known = cache.get(entry);
      const isCurrent = known?.parts.every((part) => entryOf(message.environment, part.key) === part.entry);
      return isCached && isCurrent ? known : undefined;
    };
    let compiled = current();
    if (!compiled) {
      const engine = await loadXsltEngine();
      // Another message may have compiled it while this one waited.
      const make = () => current() ?? compile(engine, message, name, serializeElement(entry), resources);
      compiled = await inTurn(message.exchange, make);
    }
    cache.set(entry, compiled);
    return running(message, name, compiled.stylesheet, resources);
  };
}

function compile(
  engine: XsltEngine,
  message: Message,
  name: string,
  text: string,
  resources: ReadonlyMap<string, string>,
): Compiled {
  const parts: { key: string; entry: EntryValue }[] = [];
  const surroundings = surroundingsOf(message, resources, (key, entry) => parts.push({ key, entry }));
  try {
    return { stylesheet: engine.compile(text, surroundings), parts };
  } catch (error) {
    throw new Fault(`The stylesheet ${name} does not compile: ${reasonOf(error)}`, { cause: error });
  }
}

function running(
  message: Message,
  name: string,
  stylesheet: Stylesheet,
  resources: ReadonlyMap<string, string>,
): CurrentStylesheet {
  const failed = (error: unknown): never => {
    throw new Fault(`The transformation by the stylesheet ${name} failed: ${reasonOf(error)}`, { cause: error });
  };
  return {
    isText: stylesheet.isText,
    transform(source, parameters) {
      try {
        return stylesheet.transform(source, parameters, surroundingsOf(message, resources));
      } catch (error) {
        return failed(error);
      }
    },
    inTurn(work) {
      const ran = inTurn(message.exchange, work);
      // Work that is ended tells nothing itself.
      return ran?.catch((error: unknown) => {
        if (error instanceof TimeLimitError) failed(error);
        throw error;
      });
    },
  };
}

/** Stylesheets read resources by their location, other entries and registry resources by their key. */
function surroundingsOf(
  message: Message,
  resources: ReadonlyMap<string, string>,
  used?: (key: string, entry: EntryValue) => void,
): Surroundings {
  return {
    read(location) {
      const key = resources.get(location) ?? resources.get(`./${location}`) ?? location;
      const entry = entryOf(message.environment, key);
      if (entry === undefined) return undefined;
      used?.(key, entry);
      return typeof entry === 'string' ? entry : serializeElement(entry);
    },
    message: (text) => message.environment.logger.log('INFO', 'XSLTMediator', text),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

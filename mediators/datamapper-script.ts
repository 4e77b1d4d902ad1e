import { javaText } from '../runtime/java/text.js';
import { parseJson } from '../runtime/json/parse.js';
import type { JsonValue } from '../runtime/json/value.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { Sandbox, SandboxError } from '../runtime/sandbox/sandbox.js';
import { type MapperSchema, scriptName } from './datamapper-schema.js';

/** Each run has the names that {@link MappingScript} passes. */
const setup = `return () => host('globals');`;

/** The JavaScript of a data mapper. It runs in a sandbox: it sees its input and nothing else. */
export class MappingScript {
  readonly #sandbox = new Sandbox(setup);

  constructor(readonly source: string) {}

  async load(): Promise<void> {
    if (!this.#sandbox.loaded) await this.#sandbox.load();
  }

  /** Runs `map_S_in_S_out()`, or `mapFunction(input)` (mediators 6.8 "Classic mode"). @throws Fault */
  map(message: Message, input: unknown, schema: MapperSchema): JsonValue {
    const variable = `input${scriptName(schema.title)}`;
    const generated = /\b(map_S_\w+_S_\w+)\s*=/.exec(this.source)?.[1];
    const call = generated ? `${generated}()` : `mapFunction(${variable})`;
    const globals = { [variable]: input, DM_PROPERTIES: this.#properties(message) };
    return this.#run(`${this.source}\n;JSON.stringify(${call});`, globals);
  }

  /** The script is a function of the input and the variables (mediators 6.8 "V2 mode"). @throws Fault */
  call(input: unknown, variables: unknown): JsonValue {
    const globals = { __input: input, __variables: variables };
    const source = this.source.trim().replace(/;$/, '');
    return this.#run(`JSON.stringify((${source})(__input, __variables));`, globals);
  }

  #run(code: string, globals: Readonly<Record<string, unknown>>): JsonValue {
    try {
      const result = this.#sandbox.run(code, () => globals);
      return typeof result === 'string' ? parseJson(result) : null;
    } catch (error) {
      if (!(error instanceof SandboxError)) throw error;
      throw new Fault(`The mapping of the data mapper failed: ${error.message}`, { cause: error });
    }
  }

  /** Only what the script names is read: `DM_PROPERTIES.SCOPE['name']`; what is not set is empty, with a warning. */
  #properties(message: Message): Record<string, Record<string, string>> {
    const found: Record<string, Record<string, string>> = {};
    for (const [, scope = '', single, double] of this.source.matchAll(
      /DM_PROPERTIES\.(\w+)\[\s*(?:'([^']*)'|"([^"]*)")\s*\]/g,
    )) {
      const name = single ?? double ?? '';
      const value = scopes[scope]?.(message, name);
      if (value === undefined || value === null) {
        message.environment.logger.log('WARN', 'DataMapperMediator', `There is no property ${name} in scope ${scope}`);
      }
      const text = value === undefined || value === null ? '' : javaText(value);
      found[scope] = { ...found[scope], [name]: text };
    }
    return found;
  }
}

type ScopeReader = (message: Message, name: string) => unknown;

const scopes: Readonly<Record<string, ScopeReader>> = {
  DEFAULT: (message, name) => message.properties.get(name),
  SYNAPSE: (message, name) => message.properties.get(name),
  TRANSPORT: (message, name) => message.headers.get(name),
  AXIS2: (message, name) => message.axis2Property(name),
  AXIS2_CLIENT: (message, name) => message.client.get(name),
  OPERATION: (message, name) => message.operation.get(name),
  FUNCTION: (message, name) => message.functionStack.at(-1)?.parameters.get(name),
};

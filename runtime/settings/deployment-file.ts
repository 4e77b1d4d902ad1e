import { readFile } from 'node:fs/promises';
import { parse, TomlError, type TomlTable, type TomlValue } from 'smol-toml';
import { SettingsError } from './error.js';

/** `deployment.toml` as read, its `$env{}`, `$sys{}` and `$ref{}` replaced (artifacts 6.4). */
export interface DeploymentFile {
  /** Path of the file; undefined when there is none. */
  file: string | undefined;
  /** All tables, also those that only WSO2's products read. */
  tables: TomlTable;
  /** `[system.parameter]`: what Java calls system properties. Names with dots are joined again. */
  systemProperties: Map<string, string>;
}

/**
 * Reads `deployment.toml`.
 *
 * @throws SettingsError when it is not TOML, with line and column, or names a variable, property or key that is missing
 */
export async function readDeploymentFile(file: string, environment: NodeJS.ProcessEnv): Promise<DeploymentFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { file: undefined, tables: {}, systemProperties: new Map() };
    }
    throw new SettingsError([`${file}: cannot be read: ${(error as Error).message}`]);
  }
  const raw = parseToml(file, text);
  const resolver = new ReferenceResolver(raw, environment);
  const tables = resolver.table(raw, '');
  if (resolver.problems.length > 0) throw new SettingsError(resolver.problems.map((problem) => `${file}: ${problem}`));
  return { file, tables, systemProperties: flattened(lookup(tables, ['system', 'parameter'])) };
}

/** The value at a path of table names; undefined when a part is missing. */
export function lookup(tables: TomlTable, path: readonly string[]): TomlValue | undefined {
  let value: TomlValue | undefined = tables;
  for (const name of path) {
    if (!isTable(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** Whether a TOML value is a table. */
export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date);
}

function parseToml(file: string, text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n', 1);
    throw new SettingsError([`${file}:${error.line}:${error.column} not valid TOML: ${what}`]);
  }
}

/** Replaces references in texts. `$secret{alias}` stays: it is looked up in the vault where the value is used. */
class ReferenceResolver {
  readonly problems: string[] = [];
  readonly #resolving = new Set<string>();
  readonly #systemProperties: Map<string, string>;

  constructor(
    private readonly raw: TomlTable,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.#systemProperties = flattened(lookup(raw, ['system', 'parameter']));
  }

  table(table: TomlTable, path: string): TomlTable {
    const entries = Object.entries(table).map(([name, value]) => {
      return [name, this.#value(value, path === '' ? name : `${path}.${name}`)] as const;
    });
    return Object.fromEntries(entries);
  }

  #value(value: TomlValue, path: string): TomlValue {
    if (typeof value === 'string') return this.#text(value, path);
    if (Array.isArray(value)) return value.map((item) => this.#value(item, path));
    return isTable(value) ? this.table(value, path) : value;
  }

  #text(text: string, path: string): string {
    return text.replace(/\$(env|sys|ref)\{([^}]*)\}/g, (whole, kind: string, name: string) => {
      if (this.#resolving.has(whole)) return this.#problem(path, `${whole} refers to itself`);
      this.#resolving.add(whole);
      try {
        return this.#reference(kind, name, path) ?? this.#problem(path, missing[kind]?.(name) ?? whole);
      } finally {
        this.#resolving.delete(whole);
      }
    });
  }

  #reference(kind: string, name: string, path: string): string | undefined {
    if (kind === 'env') return this.environment[name];
    const value = kind === 'sys' ? this.#systemProperties.get(name) : lookup(this.raw, name.split('.'));
    if (value === undefined || isTable(value) || Array.isArray(value)) return undefined;
    return this.#text(String(value), path);
  }

  #problem(path: string, what: string): string {
    this.problems.push(`${path}: ${what}`);
    return '';
  }
}

const missing: Record<string, (name: string) => string> = {
  env: (name) => `the environment variable ${name} is not set`,
  sys: (name) => `[system.parameter] has no ${name}`,
  ref: (name) => `there is no value ${name} to refer to`,
};

function flattened(value: TomlValue | undefined, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  if (!isTable(value)) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (isTable(inner)) for (const [path, text] of flattened(inner, `${prefix}${name}.`)) found.set(path, text);
    else found.set(prefix + name, String(inner));
  }
  return found;
}

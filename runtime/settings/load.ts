import { join, resolve } from 'node:path';
import { nearest } from '../configuration/nearest.js';
import { type DeploymentFile, isTable, lookup, readDeploymentFile } from './deployment-file.js';
import { SettingsError } from './error.js';
import {
  type Settings as SchemaSettings,
  type SettingEntry,
  type SettingName,
  settingEntries,
  settingsSchema,
} from './schema.js';

/** Settings ready for use: paths are absolute, defaults that depend on others are filled in. */
export type Settings = SchemaSettings & { database: string; logFormat: 'text' | 'json' };

/** Where a value was taken from. */
export interface SettingSource {
  kind: 'flag' | 'environment' | 'file' | 'default';
  /** As shown: `flag --http-port`, `environment MEDIANT_HTTP_PORT`, `file /x/deployment.toml [mediant] http_port`. */
  text: string;
}

export interface LoadedSettings {
  settings: Settings;
  sources: Record<SettingName, SettingSource>;
  deployment: DeploymentFile;
}

interface Given {
  value: unknown;
  source: SettingSource;
}

/**
 * Settings from flags, environment, `<home>/deployment.toml` and defaults, the earlier winning (product 1).
 * An empty environment variable counts as not set.
 *
 * @param options.flags values by setting name, as text or already typed
 * @param options.terminal whether stdout is one: decides the default of the log format
 * @throws SettingsError with every problem found, each naming the source of the value
 */
export async function loadSettings(options: {
  flags?: Partial<Record<SettingName, unknown>>;
  environment?: NodeJS.ProcessEnv;
  terminal?: boolean;
}): Promise<LoadedSettings> {
  const { flags = {}, environment = process.env } = options;
  const outside = new Map<SettingName, Given>();
  for (const entry of settingEntries) {
    const given = fromFlag(entry, flags) ?? fromEnvironment(entry, environment);
    if (given !== undefined) outside.set(entry.name, given);
  }
  const home = resolve(settingsSchema.shape.home.catch('./.mediant').parse(outside.get('home')?.value));
  const deployment = await readDeploymentFile(join(home, 'deployment.toml'), environment);
  const given = new Map([...fromFile(deployment), ...outside]);
  const problems = unknownKeys(deployment);
  const result = settingsSchema.safeParse(Object.fromEntries([...given].map(([name, { value }]) => [name, value])));
  for (const issue of result.error?.issues ?? []) {
    problems.push(describe(given.get(issue.path[0] as SettingName), issue));
  }
  if (!result.success) throw new SettingsError(problems);
  const settings = complete(result.data, home, given, options.terminal ?? false);
  problems.push(...crossCheck(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return { settings, sources: sourcesOf(given), deployment };
}

/** The port to listen on: the offset is added to every port but 0, which means any free one (product 1). */
export function offsetPort(port: number, settings: { portOffset: number }): number {
  return port === 0 ? 0 : port + settings.portOffset;
}

function fromFlag(entry: SettingEntry, flags: Partial<Record<SettingName, unknown>>): Given | undefined {
  const value = flags[entry.name];
  if (value === undefined) return undefined;
  return { value, source: { kind: 'flag', text: `flag ${entry.flagName ?? entry.name}` } };
}

function fromEnvironment(entry: SettingEntry, environment: NodeJS.ProcessEnv): Given | undefined {
  const value = environment[entry.variable];
  if (value === undefined || value === '') return undefined;
  return { value, source: { kind: 'environment', text: `environment ${entry.variable}` } };
}

function fromFile(deployment: DeploymentFile): Map<SettingName, Given> {
  const found = new Map<SettingName, Given>();
  for (const entry of settingEntries) {
    if (entry.fileKey === undefined) continue;
    for (const path of [['mediant', entry.fileKey], ...(entry.wso2Key ? [entry.wso2Key] : [])]) {
      const value = lookup(deployment.tables, path);
      if (value === undefined) continue;
      const text = `file ${deployment.file} [${path.slice(0, -1).join('.')}] ${path.at(-1)}`;
      found.set(entry.name, { value, source: { kind: 'file', text } });
      break;
    }
  }
  return found;
}

function unknownKeys({ tables, file }: DeploymentFile): string[] {
  const known = settingEntries.flatMap(({ fileKey }) => fileKey ?? []);
  const table = tables.mediant;
  if (table !== undefined && !isTable(table)) return [`file ${file} mediant: expected a table, [mediant]`];
  return Object.keys(table ?? {})
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known);
      return `file ${file} [mediant] ${key}: unknown setting${near === undefined ? '' : `; did you mean ${near}?`}`;
    });
}

function describe(given: Given | undefined, issue: { message: string; path: readonly PropertyKey[] }): string {
  return `${given?.source.text ?? String(issue.path[0])}: ${issue.message}`;
}

/** Paths of the file are relative to its folder, all others to the working directory. */
function complete(
  settings: SchemaSettings,
  home: string,
  given: ReadonlyMap<SettingName, Given>,
  terminal: boolean,
): Settings {
  const absolute = (name: SettingName, path: string) =>
    given.get(name)?.source.kind === 'file' ? resolve(home, path) : resolve(path);
  const { tlsCertificate, tlsKey } = settings;
  return {
    ...settings,
    home,
    deploy: settings.deploy.map((path) => absolute('deploy', path)),
    module: settings.module.map((path) => absolute('module', path)),
    tlsCertificate: tlsCertificate && absolute('tlsCertificate', tlsCertificate),
    tlsKey: tlsKey && absolute('tlsKey', tlsKey),
    database: settings.database ?? `file:${join(home, 'mediant.db')}`,
    logFormat: settings.logFormat ?? (terminal ? 'text' : 'json'),
  };
}

function crossCheck(settings: Settings): string[] {
  const problems: string[] = [];
  const names = ['httpPort', 'httpsPort', 'adminPort', 'adminHttpPort', 'managementPort', 'internalPort'] as const;
  const used = new Map<number, string>();
  for (const { name, flagName = name } of settingEntries) {
    if (!names.some((portName) => portName === name)) continue;
    const configured = settings[name as (typeof names)[number]];
    const port = configured === undefined ? 0 : offsetPort(configured, settings);
    if (port > 65_535) problems.push(`${flagName} with --port-offset is ${port}: the highest port is 65535`);
    const other = used.get(port);
    if (port !== 0 && other !== undefined) problems.push(`${flagName} and ${other} are both ${port}`);
    used.set(port, flagName);
  }
  if ((settings.tlsCertificate === undefined) !== (settings.tlsKey === undefined)) {
    problems.push('tls_certificate and tls_key go together: give both or none');
  }
  return problems;
}

function sourcesOf(given: ReadonlyMap<SettingName, Given>): Record<SettingName, SettingSource> {
  const standard: SettingSource = { kind: 'default', text: 'default' };
  const entries = settingEntries.map(({ name }) => [name, given.get(name)?.source ?? standard] as const);
  return Object.fromEntries(entries) as Record<SettingName, SettingSource>;
}

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type Context, UsageError } from './context.js';
import { type DryRunMessage, propertyScopes } from './engine.js';

/** Options that describe a message (product 5), as commander gives them. */
export interface MessageOptions {
  method?: string;
  path?: string;
  header?: string[];
  contentType?: string;
  body?: string;
  property?: string[];
  variable?: string[];
}

/** Adds `--body`, `--header` and the other options of a message. */
export function addMessageOptions(command: Command): void {
  command
    .option('--body <FILE>', 'body of the message; - reads stdin')
    .option('--content-type <TYPE>', 'media type of the body (default: by its first character, JSON or XML)')
    .option('--header <NAME: VALUE>', 'header of the message (may be repeated)', collect)
    .option(
      '--property <SCOPE:NAME=VALUE>',
      `property; scopes: ${propertyScopes.join(', ')} (may be repeated)`,
      collect,
    )
    .option('--variable <NAME=JSON>', 'variable (may be repeated)', collect)
    .option('--method <METHOD>', 'HTTP method')
    .option('--path <PATH>', 'path and query of the request');
}

/** For options that may be given several times. */
export function collect(one: string, before: string[] | undefined): string[] {
  return [...(before ?? []), one];
}

/** @throws UsageError when an option has another form than `--help` shows */
export async function messageOf(options: MessageOptions, context: Context): Promise<DryRunMessage> {
  const { method, path } = options;
  const body = options.body === undefined ? undefined : await readBody(options.body, context);
  const headers = options.header === undefined ? undefined : headersOf(options.header);
  const hasType = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  const type = options.contentType ?? (body === undefined || hasType ? undefined : likelyType(body));
  return {
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    ...(type === undefined ? {} : { contentType: type }),
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
    ...(options.property === undefined ? {} : { properties: propertiesOf(options.property) }),
    ...(options.variable === undefined ? {} : { variables: variablesOf(options.variable) }),
  };
}

/** What nobody wants to write: JSON and XML are known by their first character. */
function likelyType(body: Buffer): string | undefined {
  const start = body.subarray(0, 200).toString('utf8').trimStart()[0];
  if (start === '{' || start === '[') return 'application/json';
  return start === '<' ? 'application/xml' : undefined;
}

/** Text of a file named on the command line. */
export async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function readBody(file: string, context: Context): Promise<Buffer> {
  return file === '-' ? context.stdin() : readNamed(file);
}

function headersOf(lines: readonly string[]): Record<string, string | string[]> {
  const headers = new Map<string, string | string[]>();
  for (const line of lines) {
    const [, name = '', value = ''] =
      /^([^\s:]+):\s*(.*?)\s*$/s.exec(line) ?? refuse('--header', line, "'Name: value'");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(headers);
}

function propertiesOf(texts: readonly string[]): NonNullable<DryRunMessage['properties']> {
  const properties: NonNullable<DryRunMessage['properties']> = {};
  for (const text of texts) {
    const [, scopeName = '', name = '', value = ''] =
      /^(\w+):([^=]+)=(.*)$/s.exec(text) ?? refuse('--property', text, 'scope:name=value');
    const scope = propertyScopes.find((known) => known === scopeName);
    if (scope === undefined) throw new UsageError(`--property ${text}: the scopes are ${propertyScopes.join(', ')}`);
    properties[scope] = { ...properties[scope], [name]: value };
  }
  return properties;
}

function variablesOf(texts: readonly string[]): Record<string, unknown> {
  const entries = texts.map((text) => {
    const [, name = '', json = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? refuse('--variable', text, 'name=json');
    try {
      return [name, JSON.parse(json) as unknown] as const;
    } catch (error) {
      throw new UsageError(
        `--variable ${name}: the value is not JSON (texts need quotes): ${(error as Error).message}`,
      );
    }
  });
  return Object.fromEntries(entries);
}

function refuse(option: string, given: string, form: string): never {
  throw new UsageError(`${option} ${given}: expected ${form}`);
}

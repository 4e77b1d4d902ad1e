import { redact } from '../redact.js';

const secretName = /authorization|token(?!_?type)|secret|passw|api[-_]?key|cookie|credential/i;
const scheme = /^(?:bearer|basic|digest)\s+/i;

/**
 * A copy of the value with `***` in place of secrets: what stands under a secret's name, in credentials of any form, and
 * every other occurrence of such a value, under whatever name a flow keeps it.
 * @param known secrets that no name tells
 */
export function hideSecrets<Value>(value: Value, known: ReadonlySet<string> = new Set()): Value {
  const secrets = [...collectSecrets(value), ...known].sort((a, b) => b.length - a.length);
  return hide(value, undefined, secrets) as Value;
}

function collectSecrets(value: unknown, name?: string, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    const bare = value.replace(scheme, '');
    // Short values would blank out ordinary words all over the result.
    if ((isSecret(name) || scheme.test(value)) && bare.length >= 6) found.add(bare);
  } else if (Array.isArray(value)) {
    for (const item of value) collectSecrets(item, name, found);
  } else if (value !== null && typeof value === 'object') {
    const entry = value as Record<string, unknown>;
    for (const [key, item] of Object.entries(entry)) collectSecrets(item, nameFor(entry, key), found);
  }
  return found;
}

/** The name a value goes by: its key, or in a recorded write (`{ name, before, after }`) the write's name. */
function nameFor(entry: Record<string, unknown>, key: string): string {
  return (key === 'before' || key === 'after') && typeof entry.name === 'string' ? entry.name : key;
}

function isSecret(name: string | undefined): boolean {
  return name !== undefined && secretName.test(name);
}

function hide(value: unknown, name: string | undefined, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return hideText(value, name, secrets);
  if (Array.isArray(value)) return value.map((item) => hide(item, name, secrets));
  if (value === null || typeof value !== 'object') return value;
  const entry = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(entry).map(([key, item]) => [key, hide(item, nameFor(entry, key), secrets)]),
  );
}

function hideText(text: string, name: string | undefined, secrets: readonly string[]): string {
  if (isSecret(name) && text !== '') return `${scheme.exec(text)?.[0] ?? ''}***`;
  return redact(secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
}

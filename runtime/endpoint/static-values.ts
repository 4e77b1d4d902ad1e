import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';

const marker = /^\$(SYSTEM|FILE):([_a-zA-Z0-9]+)/;

/** What a text names that starts with `$SYSTEM:NAME` or `$FILE:key`; undefined for any other text (artifacts 6.9). */
export function markedValue(text: string): { kind: 'SYSTEM' | 'FILE'; name: string } | undefined {
  const [, kind, name = ''] = marker.exec(text) ?? [];
  return kind === undefined ? undefined : { kind: kind as 'SYSTEM' | 'FILE', name };
}

/**
 * Values that are fixed at deployment: a text that starts with `$SYSTEM:NAME` is the environment variable, one that
 * starts with `$FILE:key` the file property; all of the text is replaced (artifacts 6.9).
 * @throws ConfigurationError when there is no such value.
 */
export function resolveStatic(
  text: string,
  element: ConfigElement,
  context: CompileContext,
  attribute?: string,
): string {
  const marked = markedValue(text);
  if (!marked) return text;
  const { kind, name } = marked;
  const value = kind === 'SYSTEM' ? process.env[name] : context.fileProperty?.(name);
  if (value !== undefined) return value;
  const at = attribute === undefined ? {} : { attribute };
  return kind === 'SYSTEM'
    ? element.fail('missing-value', `Environment variable could not be found: ${name}`, {
        ...at,
        hint: `set ${name} in the environment of the server`,
      })
    : element.fail('missing-value', `File parameter key: ${name} could not be found`, {
        ...at,
        hint: 'add the key to conf/file.properties',
      });
}

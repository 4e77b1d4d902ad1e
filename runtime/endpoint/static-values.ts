import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';

const marker = /^\$(SYSTEM|FILE):([_a-zA-Z0-9]+)/;

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
  const match = marker.exec(text);
  if (!match) return text;
  const [, kind, name = ''] = match;
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

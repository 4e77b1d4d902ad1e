import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import type { Environment } from '../message/message.js';
import { type ConfiguredValue, configuredValue } from './configured-value.js';
import { resolveStatic } from './static-values.js';

/** Refuses an authentication, in the words of the reference (artifacts 3.7). */
export type Refuse = (at: ConfigElement, hint: string) => never;

/** What reading the children of a grant takes. */
export interface Reading {
  readonly context: CompileContext;
  readonly refuse: Refuse;
}

/** A child that must be there with a text. */
export function required(element: ConfigElement, name: string, { context, refuse }: Reading): ConfiguredValue {
  const child = element.element(name);
  if (!child?.text.trim())
    return refuse(child ?? element, `<${element.localName}> needs a <${name}> that is not empty`);
  return configuredValue(child, context);
}

export function optional(element: ConfigElement, name: string, { context }: Reading): ConfiguredValue | undefined {
  const child = element.element(name);
  return child?.text.trim() ? configuredValue(child, context) : undefined;
}

/**
 * A whole number, as the duration of this child; undefined when it is absent, or negative: `-1` stands for unset.
 * @param unit as an error names it
 */
export function wholeNumber(
  element: ConfigElement,
  name: string,
  unit: string,
  { refuse }: Reading,
): number | undefined {
  const child = element.element(name);
  if (!child) return undefined;
  const text = child.text.trim();
  if (!/^-?\d{1,9}$/.test(text)) return refuse(child, `<${name}> is a number of ${unit}`);
  return Number(text) < 0 ? undefined : Number(text);
}

export function flag(element: ConfigElement, name: string): boolean | undefined {
  const text = element.element(name)?.text.trim().toLowerCase();
  return text === undefined || text === '' ? undefined : text === 'true';
}

const vaultLookup = /^\{?\s*wso2:vault-lookup\('([^']*)'\)\s*\}?$/;

/** A text that is the same for all messages, but may be kept outside: `$SYSTEM:`, `$FILE:`, or in the vault. */
export function fixedText(
  element: ConfigElement | undefined,
  { context }: Reading,
): ((environment: Environment) => string) | undefined {
  const written = element?.text.trim();
  if (!element || !written) return undefined;
  const alias = vaultLookup.exec(written)?.[1];
  if (alias !== undefined) return (environment) => environment.secret(alias) ?? '';
  const text = resolveStatic(written, element, context);
  return () => text;
}

/**
 * A certificate or key: PEM as it stands there, or kept outside as PEM or as the path of its file. A path cannot be
 * written into the configuration itself: whoever may upload one must not read files of this machine.
 */
export function pem(
  element: ConfigElement | undefined,
  reading: Reading,
): ((environment: Environment) => string) | undefined {
  const text = fixedText(element, reading);
  if (!element || !text) return undefined;
  const written = element.text.trim();
  if (vaultLookup.test(written)) return (environment) => pemText(text(environment), true);
  const outside = written.startsWith('$');
  try {
    const found = pemText(text({} as Environment), outside);
    return () => found;
  } catch (error) {
    return reading.refuse(element, (error as Error).message);
  }
}

/** @throws Error that does not show the text */
function pemText(text: string, mayBePath: boolean): string {
  if (text.includes('-----BEGIN ')) return text;
  if (!mayBePath) throw new Error('give PEM text, or $FILE:key or $SYSTEM:NAME for a value or a path kept outside');
  const found = readFileSync(text, 'utf8');
  if (!found.includes('-----BEGIN ')) throw new Error(`${text} holds no PEM text`);
  return found;
}

/** @throws Error that does not show the text */
export function privateKey(text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
  } catch {
    throw new Error('the private key cannot be read: is it PEM, and its passphrase right?');
  }
}

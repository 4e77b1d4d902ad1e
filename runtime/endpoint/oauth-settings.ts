import { readFileSync } from 'node:fs';
import type { ConfigElement } from '../configuration/element.js';
import type { Environment } from '../message/message.js';
import { type TokenSettings, usualSettings } from '../outbound-oauth/token-settings.js';
import { Route, type TlsOptions } from '../transport/route.js';
import { readProxy } from './oauth-proxy.js';
import { fixedText, flag, pem, type Reading, wholeNumber } from './oauth-values.js';

const globalPrefix = 'synapse.endpoint.http.oauth.token.endpoint.global.';
const trustPrefix = 'synapse.endpoint.http.oauth.token.endpoint.trust.store.';

/**
 * Reads how the tokens of a grant are fetched and kept (artifacts 3.7 and Mediant's own children). What the server's
 * properties say is asked when the environment is known.
 * @throws ConfigurationError for what is no number or no key
 */
export function readSettings(
  element: ConfigElement,
  fields: readonly string[],
  reading: Reading,
): (environment: Environment) => TokenSettings {
  const number = (name: string, unit: string) => wholeNumber(element, name, unit, reading);
  const seconds = (name: string) => inMilliseconds(number(name, 'seconds'));
  const connect = positive(number('connectionTimeout', 'milliseconds'));
  const socket = positive(number('socketTimeout', 'milliseconds'));
  // Nothing limits the connections to a token endpoint, so nobody waits for a free one.
  number('connectionRequestTimeout', 'milliseconds');
  const wait = positive(number('waitTimeout', 'milliseconds'));
  checkWait(element, wait, attempt({ connect, socket }), reading);
  const own = {
    defaultLifetime: seconds('defaultLifetime'),
    expiryMargin: seconds('expiryMargin'),
    refreshBefore: seconds('refreshBefore'),
    retries: number('retries', 'attempts') ?? usualSettings.retries,
    fields,
  };
  const useGlobalTimeouts = flag(element, 'useGlobalConnectionTimeoutConfigs');
  const proxy = readProxy(element, reading);
  const tls = readTls(element.element('tls'), reading);
  return (environment) => {
    const timeouts = { connect, socket, ...globalTimeouts(environment, useGlobalTimeouts, { connect, socket }) };
    const configured = numberOf(environment.property('synapse.endpoint.http.oauth.cache.timeout'));
    const maximumLifetime = inMilliseconds(configured);
    const trusted = tls?.(environment) ?? globalTrust(environment);
    const through = proxy(environment);
    return {
      ...own,
      defaultLifetime: own.defaultLifetime ?? maximumLifetime ?? usualSettings.defaultLifetime,
      maximumLifetime,
      connectTimeout: timeouts.connect ?? usualSettings.connectTimeout,
      socketTimeout: timeouts.socket ?? usualSettings.socketTimeout,
      waitTimeout: wait ?? Math.max(usualSettings.waitTimeout, 2 * attempt(timeouts)),
      route: through || trusted ? new Route({ proxy: through, tls: trusted }) : undefined,
    };
  };
}

interface Timeouts {
  readonly connect?: number | undefined;
  readonly socket?: number | undefined;
}

/** Milliseconds that one call to the token endpoint may take. */
function attempt({ connect, socket }: Timeouts): number {
  return (connect ?? usualSettings.connectTimeout) + (socket ?? usualSettings.socketTimeout);
}

/** Whoever waits for less than one call takes fails behind every slow one (api-management 3.11 rule 6). */
function checkWait(element: ConfigElement, wait: number | undefined, call: number, { refuse }: Reading): void {
  if (wait === undefined || wait > call) return;
  const hint = `<waitTimeout> must be more than the ${call} ms that <connectionTimeout> and <socketTimeout> allow one call`;
  refuse(element.element('waitTimeout') ?? element, hint);
}

function globalTimeouts(environment: Environment, asked: boolean | undefined, own: Timeouts): Timeouts {
  const everywhere = environment.property('synapse.endpoint.http.oauth.enable.global.timeout.configs') === 'true';
  if (!(asked ?? everywhere)) return {};
  const value = (name: string) => positive(numberOf(environment.property(`${globalPrefix}${name}`)));
  return { connect: own.connect ?? value('connection.timeout'), socket: own.socket ?? value('socket.timeout') };
}

/** `<tls>`: an authority of its own, and who we are to a server that wants to know (RFC 8705). */
function readTls(
  element: ConfigElement | undefined,
  reading: Reading,
): ((environment: Environment) => TlsOptions) | undefined {
  if (!element) return undefined;
  const ca = pem(element.element('caCertificate'), reading);
  const cert = pem(element.element('certificate'), reading);
  const key = pem(element.element('key'), reading);
  const passphrase = fixedText(element.element('keyPassphrase'), reading);
  if (!cert !== !key) reading.refuse(element, '<tls> takes <certificate> and <key> together');
  return (environment) => ({
    ...(ca ? { ca: ca(environment) } : {}),
    ...(cert && key ? { cert: cert(environment), key: key(environment) } : {}),
    ...(passphrase ? { passphrase: passphrase(environment) } : {}),
  });
}

/** The trust store of the server's properties, when it is PEM; Node reads no other. */
function globalTrust(environment: Environment): TlsOptions | undefined {
  const location = environment.property(`${trustPrefix}location`);
  if (location === undefined) return undefined;
  try {
    const text = readFileSync(location, 'latin1');
    if (text.includes('-----BEGIN CERTIFICATE')) return { ca: text };
    throw new Error(`it is no PEM file: write its certificates with "keytool -list -rfc -keystore ${location}"`);
  } catch (error) {
    const text = `${trustPrefix}location has no effect: ${(error as Error).message}`;
    environment.logger.log('WARN', 'OutboundOAuth', text);
    return undefined;
  }
}

function numberOf(text: string | undefined): number | undefined {
  const number = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function inMilliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

/** 0 stands for unset, as a negative number does. */
function positive(number: number | undefined): number | undefined {
  return number !== undefined && number > 0 ? number : undefined;
}

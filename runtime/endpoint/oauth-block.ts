import type { CompileContext } from '../configuration/context.js';
import type { ConfigElement } from '../configuration/element.js';
import { nearest } from '../configuration/nearest.js';
import { compileGrant, grantElements } from './oauth-grant.js';
import { readSettings } from './oauth-settings.js';
import { OAuthSource, type ResponseProperty } from './oauth-source.js';
import { flag, type Reading, type Refuse, wholeNumber } from './oauth-values.js';

/** Children that every grant takes; those in the second line are Mediant's own (docs/outbound-oauth.md). */
export const oauthChildren: readonly string[] = [
  ...['clientId', 'clientSecret', 'tokenUrl', 'username', 'password', 'refreshToken', 'authMode', 'requestParameters'],
  ...['customHeaders', 'connectionTimeout', 'connectionRequestTimeout', 'socketTimeout', 'proxyConfigs'],
  ...['useGlobalConnectionTimeoutConfigs', 'useGlobalProxyConfigs'],
  ...['subjectToken', 'subjectTokenType', 'privateKey', 'keyPassphrase', 'keyId', 'signingAlgorithm'],
  ...['assertionAudience', 'defaultLifetime', 'expiryMargin', 'refreshBefore', 'retries', 'waitTimeout', 'tls'],
  ...['headerName', 'headerPrefix', 'responseProperties', 'replayLimit', 'keepEncoded', 'failureCode'],
];

const usualReplayLimit = 1_048_576;

/** What is the same for a place where tokens are configured. */
export interface BlockOptions {
  /** Tells one block of an artifact from another: the endpoint's name and address. */
  readonly place: string;
  readonly keepsEncoded: boolean;
  readonly refuse: Refuse;
}

/** An `<oauth>` block, read. */
export interface OAuthBlock {
  readonly source: OAuthSource;
  /** ERROR_CODE when no token can be had, if the configuration names one. */
  readonly failureCode: number | undefined;
}

/**
 * Reads the one grant in an element (artifacts 3.7).
 * @throws ConfigurationError when there is none, or more than one, or something of it is missing or wrong
 */
export function readOAuth(element: ConfigElement, context: CompileContext, options: BlockOptions): OAuthBlock {
  const { refuse } = options;
  const found = element.elements().filter(({ localName }) => grantElements.includes(localName));
  const [grant] = found;
  if (!grant || found.length > 1) return refuse(element, `exactly one of ${grantElements.join(', ')}`);
  const reading: Reading = { context, refuse };
  warnAboutUnknown(grant, context);
  const properties = readResponseProperties(grant, reading);
  const fields = [...new Set(properties.map(({ field }) => field))];
  const text = (name: string) => grant.element(name)?.text.trim();
  const header = text('headerName') || 'Authorization';
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header)) refuse(grant, `<headerName> is the name of a header, "${header}" is not`);
  const source = new OAuthSource({
    owner: context.artifact,
    place: options.place,
    grant: compileGrant(grant, reading, flag(grant, 'keepEncoded') ?? options.keepsEncoded),
    settings: readSettings(grant, fields, reading),
    header,
    prefix: text('headerPrefix') ?? 'Bearer',
    properties,
    replayLimit: wholeNumber(grant, 'replayLimit', 'bytes', reading) ?? usualReplayLimit,
  });
  context.lifetime?.follow(source);
  return { source, failureCode: wholeNumber(grant, 'failureCode', 'an error', reading) };
}

/** `<responseProperties><property name="…" field="…"/></responseProperties>` */
function readResponseProperties(grant: ConfigElement, { refuse }: Reading): ResponseProperty[] {
  return (grant.element('responseProperties')?.elements() ?? []).map((element) => {
    const name = element.attribute('name')?.trim();
    const field = element.attribute('field')?.trim() || name;
    if (element.localName !== 'property' || !name || !field) {
      return refuse(element, '<responseProperties> takes <property name="…" field="…"/>');
    }
    return { name, field };
  });
}

function warnAboutUnknown(grant: ConfigElement, context: CompileContext): void {
  for (const child of grant.elements()) {
    if (oauthChildren.includes(child.localName)) continue;
    const near = nearest(child.localName, oauthChildren);
    context.report(
      child.problem('unknown-element', `<${grant.localName}> does not know <${child.localName}>; it has no effect`, {
        severity: 'warning',
        ...(near ? { hint: `did you mean <${near}>?` } : {}),
      }),
    );
  }
}

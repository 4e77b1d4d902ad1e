import type { ConfigElement } from '../runtime/configuration/element.js';
import { readOAuth } from '../runtime/endpoint/oauth-block.js';
import type { OAuthSource } from '../runtime/endpoint/oauth-source.js';
import { errorCode, Fault } from '../runtime/message/fault.js';
import type { Message, RenewableCredential } from '../runtime/message/message.js';
import { TokenError } from '../runtime/outbound-oauth/token-error.js';
import { defineMediator } from './mediator.js';

/**
 * ```xml
 * <oauthToken xmlns="urn:mediant:mediators" property="name">
 *   <clientCredentials>
 *     <clientId>…</clientId> <clientSecret>…</clientSecret> <tokenUrl>…</tokenUrl>
 *   </clientCredentials>
 * </oauthToken>
 * ```
 * Gets an access token and puts it into the transport header `Authorization`, or into a property. The body and all other
 * headers stay as they are. One call to the token endpoint serves all messages until shortly before the token ends; when
 * the next call or send meets a 401, the token is dropped, another one fetched, and the request sent once more. Without a
 * token the flow faults, with ERROR_CODE 990001; the client of a published API then gets 502.
 *
 * The grant is `clientCredentials`, `passwordCredentials`, `authorizationCode` or `tokenExchange`, with the children of an
 * endpoint's `<oauth>` block: [outbound-oauth.md](outbound-oauth.md) has all of them.
 */
export const oauthToken = defineMediator({
  name: 'oauthToken',
  namespace: 'urn:mediant:mediators',
  summary: 'Gets an access token and puts it where the flow wants it.',
  attributes: {
    property: { description: 'Name of a property that the token goes to, as it is, in place of a header.' },
  },
  children: ['clientCredentials', 'passwordCredentials', 'authorizationCode', 'tokenExchange'],
  compile(element, context) {
    const property = element.attribute('property')?.trim();
    if (property === '') {
      element.fail('invalid-attribute-value', 'property="" names no property', {
        attribute: 'property',
        hint: 'give it a name, or leave the attribute out: the token then goes into the header',
      });
    }
    const place = `oauthToken ${property ?? ''} ${tokenUrlOf(element)}`;
    const refuse = (at: ConfigElement, hint: string): never =>
      at.fail('invalid-authentication', 'Invalid configuration of <oauthToken>', { hint });
    const block = readOAuth(element, context, { place, keepsEncoded: false, refuse });
    const code = block.failureCode ?? errorCode.tokenUnavailable;
    const failed = (error: unknown): never => {
      throw error instanceof TokenError ? new Fault(error.message, { code, cause: error }) : error;
    };
    const mediate = property ? intoProperty(block.source, property, failed) : intoHeader(block.source, failed);
    return { contentAware: false, mediate };
  },
});

/** What tells this block from others of its artifact: whose tokens they are. */
function tokenUrlOf(element: ConfigElement): string {
  return element.elements()[0]?.element('tokenUrl')?.text.trim() ?? '';
}

type Failed = (error: unknown) => never;

function intoHeader(source: OAuthSource, failed: Failed) {
  const placed = (message: Message): true => {
    message.credential = placedBy(source, message, failed);
    return true;
  };
  return (message: Message): true | Promise<true> => {
    const waiting = source.authorize(message);
    return waiting ? waiting.then(() => placed(message), failed) : placed(message);
  };
}

function intoProperty(source: OAuthSource, property: string, failed: Failed) {
  return (message: Message): true | Promise<true> => {
    const waiting = source.provide(message, property);
    return waiting ? waiting.then(() => true as const, failed) : true;
  };
}

/** The token that is on a message, for an endpoint that meets a 401 with it or with a copy of it. */
function placedBy(source: OAuthSource, message: Message, failed: Failed): NonNullable<Message['credential']> {
  const asked = source.asked(message);
  const credential: RenewableCredential = {
    header: source.header,
    replayLimit: (outgoing) => source.replayLimit(outgoing),
    async renew(outgoing) {
      await source.renew(outgoing, asked).catch(failed);
      outgoing.credential = { source: credential, value: outgoing.headers.text(source.header) ?? '' };
    },
    reject: (outgoing) => source.reject(outgoing, asked),
  };
  return { source: credential, value: message.headers.text(source.header) ?? '' };
}

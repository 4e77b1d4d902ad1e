import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { childText, configuredValue } from '../configured.js';
import { PolicyFault } from '../fault.js';
import { signingKey } from '../oauth/keys.js';
import { definePolicy } from '../policy.js';
import { algorithmsOf, claimsOf, claimValue, durationMs, keyReference, keyText } from './jwt-parts.js';

/**
 * ```xml
 * <GenerateJWT name="make-jwt">
 *   <Algorithm>HS256</Algorithm>
 *   <SecretKey><Value ref="private.secret"/><Id>key-1</Id></SecretKey> | <PrivateKey>…</PrivateKey>
 *   <Subject ref="variable">text</Subject> <Issuer/> <Audience/> <Id/>
 *   <ExpiresIn>60m</ExpiresIn> <NotBefore/>
 *   <AdditionalClaims><Claim name="role" ref="variable" type="string" array="false"/></AdditionalClaims>
 *   <AdditionalHeaders><Claim name="…"/></AdditionalHeaders>
 *   <OutputVariable>output-jwt</OutputVariable>
 * </GenerateJWT>
 * ```
 *
 * Makes a signed JWT (api-management 2.6). An empty `<Id/>` makes an identifier.
 */
export const generateJwt = definePolicy({
  element: 'GenerateJWT',
  prefix: 'jwt',
  summary: 'Makes a signed JWT.',
  children: [
    'Algorithm',
    'SecretKey',
    'PrivateKey',
    'Subject',
    'Issuer',
    'Audience',
    'ExpiresIn',
    'NotBefore',
    'Id',
    'AdditionalClaims',
    'AdditionalHeaders',
    'OutputVariable',
    'IgnoreUnresolvedVariables',
    'Type',
  ],
  compile(element, context) {
    const [algorithm = 'HS256'] = algorithmsOf(element);
    const key =
      keyReference(element, ['SecretKey', 'PrivateKey']) ??
      element.fail('missing-element', 'GenerateJWT needs a <SecretKey> or a <PrivateKey>');
    const named = (name: string) => configuredValue(element.element(name));
    const [subject, issuer, audience, lifetime, id] = ['Subject', 'Issuer', 'Audience', 'ExpiresIn', 'Id'].map(named);
    const hasId = element.element('Id') !== undefined;
    const unnamed = (claim: typeof element) => claim.fail('missing-attribute', '<Claim> needs a name');
    const claims = claimsOf(element.element('AdditionalClaims'), unnamed);
    const headers = claimsOf(element.element('AdditionalHeaders'), unnamed);
    const output = childText(element, 'OutputVariable') ?? `jwt.${context.name}.generated_jwt`;
    return {
      contentAware: false,
      async run(flow) {
        const now = flow.runtime.now();
        const entries = (list: typeof claims) =>
          Object.fromEntries(list.map((claim) => [claim.name, claimValue(claim, flow)]));
        const jwt = new SignJWT(entries(claims)).setIssuedAt(Math.floor(now / 1000));
        const keyId = key.id?.of(flow);
        jwt.setProtectedHeader({
          ...entries(headers),
          typ: 'JWT',
          alg: algorithm,
          ...(keyId === undefined ? {} : { kid: keyId }),
        });
        const set = (value: string | undefined, apply: (text: string) => unknown) =>
          value !== undefined && apply(value);
        set(subject?.of(flow), (text) => jwt.setSubject(text));
        set(issuer?.of(flow), (text) => jwt.setIssuer(text));
        set(audience?.of(flow), (text) => jwt.setAudience(text.includes(',') ? text.split(/\s*,\s*/) : text));
        set(hasId ? (id?.of(flow) ?? randomUUID()) : undefined, (text) => jwt.setJti(text));
        set(lifetime?.of(flow), (text) => {
          const ms = durationMs(text);
          if (ms === undefined) throw failed(context.name, `ExpiresIn is no duration: ${text}`);
          jwt.setExpirationTime(Math.floor((now + ms) / 1000));
        });
        const secret = keyText(flow, key.variable, context.name);
        try {
          flow.set(output, await jwt.sign(signingKey(algorithm, secret)));
        } catch (error) {
          // What the library says may quote the key.
          throw failed(context.name, `the variable ${key.variable} holds no key for ${algorithm}`, error);
        }
      },
    };
  },
});

function failed(policy: string, text: string, cause?: unknown): PolicyFault {
  return new PolicyFault({ code: 'steps.jwt.GenerationFailed', text: `${policy}: ${text}`, status: 401, cause });
}

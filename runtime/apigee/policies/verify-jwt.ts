import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { childText, configuredValue, showsContent } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import { verificationKey } from '../oauth/keys.js';
import { definePolicy } from '../policy.js';
import { textOf } from '../value.js';
import { algorithmsOf, claimsOf, claimValue, durationMs, keyReference, keyText } from './jwt-parts.js';

/**
 * ```xml
 * <VerifyJWT name="check-jwt">
 *   <Algorithm>RS256</Algorithm>
 *   <Source>request.header.x-token</Source>
 *   <PublicKey><Value ref="public.key"/></PublicKey> | <SecretKey><Value ref="private.secret"/></SecretKey>
 *   <Subject/> <Issuer/> <Audience/> <Id/> <TimeAllowance>30s</TimeAllowance>
 *   <AdditionalClaims><Claim name="role">admin</Claim></AdditionalClaims>
 * </VerifyJWT>
 * ```
 *
 * Checks the signature, the times and the claims of a JWT (api-management 2.6), by default of the bearer token, and tells
 * its claims in `jwt.{policy}.…`.
 */
export const verifyJwt = definePolicy({
  element: 'VerifyJWT',
  prefix: 'jwt',
  summary: 'Checks a signed JWT.',
  children: [
    'Algorithm',
    'Source',
    'SecretKey',
    'PublicKey',
    'Subject',
    'Issuer',
    'Audience',
    'Id',
    'TimeAllowance',
    'AdditionalClaims',
    'IgnoreUnresolvedVariables',
    'Type',
  ],
  compile(element, context) {
    const algorithms = algorithmsOf(element);
    const key =
      keyReference(element, ['SecretKey', 'PublicKey']) ??
      element.fail('missing-element', 'VerifyJWT needs a <SecretKey> or a <PublicKey>');
    const source = childText(element, 'Source');
    const expected = { sub: 'Subject', iss: 'Issuer', aud: 'Audience', jti: 'Id' };
    const values = Object.entries(expected).map(([claim, name]) => ({
      claim,
      value: configuredValue(element.element(name)),
    }));
    const claims = claimsOf(element.element('AdditionalClaims'), (claim) =>
      claim.fail('missing-attribute', '<Claim> needs a name'),
    );
    const tolerance = durationMs(childText(element, 'TimeAllowance') ?? '0s') ?? 0;
    return {
      contentAware: source !== undefined && showsContent(source),
      async run(flow) {
        const text = source === undefined ? bearer(flow) : textOf(flow.get(source))?.trim();
        if (!text)
          throw refused('InvalidToken', `${context.name}: there is no JWT in ${source ?? 'the Authorization header'}`);
        setVariables(flow, context.name, text);
        const payload = await verified(text, {
          key: keyText(flow, key.variable, context.name),
          algorithms,
          tolerance,
          now: flow.runtime.now(),
        });
        for (const { claim, value } of values) {
          const wanted = value?.of(flow);
          if (wanted !== undefined && !holds(payload[claim], wanted)) throw claimRefused(claim);
        }
        for (const claim of claims) {
          const wanted = claimValue(claim, flow);
          if (wanted !== undefined && !holds(payload[claim.name], wanted)) throw claimRefused(claim.name);
        }
        flow.set(`jwt.${context.name}.valid`, true);
      },
    };
  },
});

const bearer = (flow: FlowContext): string | undefined =>
  /^bearer\s+(\S+)\s*$/i.exec(flow.request.headers.get('Authorization') ?? '')?.[1];

interface Verification {
  readonly key: string;
  readonly algorithms: readonly string[];
  readonly tolerance: number;
  readonly now: number;
}

async function verified(text: string, { key, algorithms, tolerance, now }: Verification): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(text, ({ alg }) => verificationKey(alg, key), {
      algorithms: [...algorithms],
      clockTolerance: tolerance / 1000,
      currentDate: new Date(now),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refused('TokenExpired', 'The JWT has expired');
    if (error instanceof errors.JOSEAlgNotAllowed)
      throw refused('AlgorithmMismatch', 'The JWT is signed by another algorithm');
    if (error instanceof errors.JWTClaimValidationFailed) throw refused('TokenNotYetValid', 'The JWT is not valid yet');
    if (error instanceof errors.JOSEError) throw refused('InvalidToken', 'The JWT is not valid');
    throw refused('KeyParsingFailed', 'The key for the JWT cannot be used', error);
  }
}

/** A list holds what is one of its items. */
function holds(actual: unknown, wanted: unknown): boolean {
  const has = (one: unknown) => (Array.isArray(actual) ? actual.some((item) => item === one) : actual === one);
  return Array.isArray(wanted) ? wanted.every(has) : has(wanted);
}

function setVariables(flow: FlowContext, policy: string, text: string): void {
  flow.set(`jwt.${policy}.valid`, false);
  try {
    const header = decodeProtectedHeader(text);
    const payload = decodeJwt(text);
    for (const [name, value] of Object.entries(header)) flow.set(`jwt.${policy}.header.${name}`, value);
    for (const [name, value] of Object.entries(payload)) flow.set(`jwt.${policy}.claim.${name}`, value);
    const known = { subject: payload.sub, issuer: payload.iss, audience: payload.aud, expiry: payload.exp };
    for (const [name, value] of Object.entries(known)) flow.set(`jwt.${policy}.claim.${name}`, value);
    flow.set(`jwt.${policy}.payload-json`, JSON.stringify(payload));
    flow.set(`jwt.${policy}.header-json`, JSON.stringify(header));
  } catch {
    // What cannot be decoded is refused by the check.
  }
}

const claimRefused = (claim: string) => refused('JwtClaimMismatch', `The claim ${claim} of the JWT is another one`);

function refused(name: string, text: string, cause?: unknown): PolicyFault {
  return new PolicyFault({ code: `steps.jwt.${name}`, text, status: 401, cause });
}

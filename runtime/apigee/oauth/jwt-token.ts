import { errors, jwtVerify, SignJWT } from 'jose';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import type { AccessToken } from '../organization.js';
import { textOf } from '../value.js';
import type { Client } from './client.js';
import type { OAuthConfiguration } from './configuration.js';
import type { Grant } from './grant.js';
import { signingKey, verificationKey } from './keys.js';

/** The token with a signed text in place of the opaque one. @throws PolicyFault when the key cannot be used */
export async function signedToken(
  { flow, configuration }: Grant,
  client: Client,
  token: AccessToken,
): Promise<AccessToken> {
  const algorithm = configuration.algorithm ?? 'HS256';
  const claims = {
    client_id: token.clientId,
    application_name: token.appId,
    scope: token.scope,
    api_product_list: client.products.map(({ name }) => name),
    grant_type: token.grantType,
    ...(token.appEndUser === '' ? {} : { app_enduser: token.appEndUser }),
  };
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .setIssuedAt(Math.floor(token.issuedAt / 1000))
    .setJti(token.accessToken);
  if (token.expiresAt !== -1) jwt.setExpirationTime(Math.floor(token.expiresAt / 1000));
  return { ...token, accessToken: await jwt.sign(keyOf(flow, configuration, (text) => signingKey(algorithm, text))) };
}

/** @returns whether the text is a JWT with a good signature, by the policy's algorithm and key, and within its time */
export async function checkSignature(
  flow: FlowContext,
  configuration: OAuthConfiguration,
  text: string,
): Promise<'good' | 'bad' | 'expired'> {
  const algorithm = configuration.algorithm ?? 'HS256';
  const key = keyOf(flow, configuration, (pem) => verificationKey(algorithm, pem));
  try {
    await jwtVerify(text, key, {
      algorithms: [algorithm],
      currentDate: new Date(flow.runtime.now()),
    });
    return 'good';
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'expired';
    if (error instanceof errors.JOSEError) return 'bad';
    throw error;
  }
}

function keyText(flow: FlowContext, { keyVariable }: OAuthConfiguration): string {
  const text = keyVariable === undefined ? undefined : textOf(flow.get(keyVariable));
  if (text) return text;
  throw new PolicyFault({
    code: 'steps.oauth.v2.InvalidValueForSecretKey',
    text: `The key for the token is not set: ${keyVariable ?? 'the policy names no variable for it'}`,
  });
}

function keyOf<Key>(flow: FlowContext, configuration: OAuthConfiguration, make: (text: string) => Key): Key {
  const text = keyText(flow, configuration);
  try {
    return make(text);
  } catch (error) {
    throw new PolicyFault({
      code: 'steps.oauth.v2.InvalidValueForSecretKey',
      text: `The variable ${configuration.keyVariable} holds no key in PEM`,
      cause: error,
    });
  }
}

import { type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { AssertionKey } from './token-request.js';

const lifetimeSeconds = 60;

/**
 * A client assertion of RFC 7523 3: who we are, signed, good for one call within a minute.
 * @throws Error when the key does not sign by the algorithm
 */
export async function signAssertion(
  { key, algorithm, keyId, audience }: AssertionKey,
  clientId: string,
  tokenUrl: string,
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId === undefined ? {} : { kid: keyId }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience ?? tokenUrl)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(key);
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** The algorithm that a key signs by when the configuration names none; undefined for a key that cannot sign. */
export function usualAlgorithm(key: KeyObject): string | undefined {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'RS256';
    case 'rsa-pss':
      return 'PS256';
    case 'ec':
      return curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
    case 'ed25519':
      return 'EdDSA';
    default:
      return undefined;
  }
}

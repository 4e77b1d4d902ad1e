import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

interface Cost {
  N: number;
  r: number;
  p: number;
}

const derive = promisify<string, Buffer, number, Cost, Buffer>(scrypt);
/** 16 MiB and about 0.2 s of one core: the cost OWASP recommends for scrypt at this memory. */
const cost: Cost = { N: 16384, r: 8, p: 5 };
const hashBytes = 32;

/** Successful checks of this process, by stored hash: Basic authentication repeats the same one at every call. */
const verified = new Map<string, Buffer>();
const maxVerified = 1000;
const processKey = randomBytes(32);

/** `scrypt$N$r$p$salt$hash`, salted: two hashes of one password differ (product 2). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, hashBytes, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether `stored` (of `hashPassword`) is the hash of the password; false for a text of another form. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const fingerprint = createHmac('sha256', processKey).update(password).digest();
  const known = verified.get(stored);
  if (known !== undefined && timingSafeEqual(known, fingerprint)) return true;
  const [scheme, n, r, p, salt, hash] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64url');
  if (expected.length !== hashBytes) return false;
  const options = { N: Number(n), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), hashBytes, options);
  if (!timingSafeEqual(expected, actual)) return false;
  if (verified.size >= maxVerified) verified.clear();
  verified.set(stored, fingerprint);
  return true;
}

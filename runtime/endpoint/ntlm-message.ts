import { randomBytes } from 'node:crypto';
import { type NtlmIdentity, ntlm1Responses, ntlm2Responses } from './ntlm-hash.js';

/** Who logs in, from where and how. */
export interface NtlmLogin extends NtlmIdentity {
  /** Name of the client's machine; may be empty. */
  readonly workstation: string;
  readonly version: 'v1' | 'v2';
}

/** A CHALLENGE_MESSAGE of a server. */
export interface NtlmChallenge {
  readonly flags: number;
  readonly challenge: Uint8Array;
  /** AV_PAIRs; empty when the server sent none. */
  readonly targetInfo: Uint8Array;
}

/** Flags of MS-NLMP 2.2.2.5 that matter to authentication without signing or sealing. */
const flag = {
  unicode: 0x1,
  requestTarget: 0x4,
  ntlm: 0x200,
  alwaysSign: 0x8000,
  extendedSessionSecurity: 0x80000,
  targetInfo: 0x800000,
} as const;

const signature = Buffer.from('NTLMSSP\0', 'latin1');

/** NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1): what the client can do. */
export function negotiateMessage(version: NtlmLogin['version']): Buffer {
  const message = Buffer.alloc(32);
  signature.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(wanted(version), 12);
  return message;
}

/**
 * Reads a CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2).
 * @throws Error when it is none
 */
export function readChallenge(message: Buffer): NtlmChallenge {
  const isChallenge = message.length >= 32 && message.subarray(0, 8).equals(signature) && message.readUInt32LE(8) === 2;
  if (!isChallenge) throw new Error('The NTLM challenge of the server cannot be read');
  const flags = message.readUInt32LE(20);
  const hasInfo = (flags & flag.targetInfo) !== 0 && message.length >= 48;
  return { flags, challenge: message.subarray(24, 32), targetInfo: hasInfo ? field(message, 40) : new Uint8Array() };
}

/** The bytes that a security buffer points to. */
function field(message: Buffer, at: number): Buffer {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  if (offset + length > message.length) throw new Error('The NTLM challenge of the server is cut off');
  return message.subarray(offset, offset + length);
}

/**
 * AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3): proves that the client knows the password.
 * @param random 8 bytes, for tests
 * @param now milliseconds since 1970, for tests
 */
export function authenticateMessage(
  login: NtlmLogin,
  challenge: NtlmChallenge,
  random: Uint8Array = randomBytes(8),
  now: number = Date.now(),
): Buffer {
  const { lm, nt } = responses(login, challenge, random, now);
  const encoding = (challenge.flags & flag.unicode) !== 0 ? 'utf16le' : 'latin1';
  const [domain, user, workstation] = [login.domain, login.user, login.workstation].map((text) =>
    Buffer.from(encoding === 'latin1' ? text.toUpperCase() : text, encoding),
  ) as [Buffer, Buffer, Buffer];
  const fields = [lm, nt, domain, user, workstation, Buffer.alloc(0)];
  const head = Buffer.alloc(64);
  signature.copy(head);
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  for (const [index, { length }] of fields.entries()) {
    const at = 12 + 8 * index;
    head.writeUInt16LE(length, at);
    head.writeUInt16LE(length, at + 2);
    head.writeUInt32LE(offset, at + 4);
    offset += length;
  }
  head.writeUInt32LE((challenge.flags & (wanted(login.version) | flag.targetInfo)) >>> 0, 60);
  return Buffer.concat([head, ...fields]);
}

function wanted(version: NtlmLogin['version']): number {
  const common = flag.unicode | flag.requestTarget | flag.ntlm | flag.alwaysSign;
  return version === 'v2' ? common | flag.extendedSessionSecurity : common;
}

function responses(login: NtlmLogin, { challenge, targetInfo }: NtlmChallenge, random: Uint8Array, now: number) {
  if (login.version === 'v1') return ntlm1Responses(login.password, challenge);
  const time = serverTime(targetInfo) ?? fileTime(now);
  const { lm, nt } = ntlm2Responses(login, { server: challenge, client: random, targetInfo, time });
  // A server that tells its time expects no LMv2 response (MS-NLMP 3.1.5.1.2).
  return { nt, lm: serverTime(targetInfo) ? Buffer.alloc(24) : lm };
}

/** MsvAvTimestamp among the server's AV_PAIRs (MS-NLMP 2.2.2.1). */
function serverTime(targetInfo: Uint8Array): Uint8Array | undefined {
  const pairs = Buffer.from(targetInfo);
  for (let at = 0; at + 4 <= pairs.length; ) {
    const id = pairs.readUInt16LE(at);
    const length = pairs.readUInt16LE(at + 2);
    if (id === 7 && length === 8) return pairs.subarray(at + 4, at + 12);
    if (id === 0) return undefined;
    at += 4 + length;
  }
  return undefined;
}

/** FILETIME: tenths of microseconds since 1601. */
function fileTime(now: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(now) + 11_644_473_600_000n) * 10_000n);
  return time;
}

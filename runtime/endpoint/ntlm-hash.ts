import { createCipheriv, createHmac } from 'node:crypto';
import md4 from 'js-md4';

/** What the hashes of a response are made from. */
export interface NtlmIdentity {
  readonly user: string;
  readonly password: string;
  readonly domain: string;
}

/** The two responses of an AUTHENTICATE_MESSAGE. */
export interface NtlmResponses {
  readonly lm: Buffer;
  readonly nt: Buffer;
}

/** What a server's challenge and the client contribute to an NTLMv2 response. */
export interface Ntlm2Challenge {
  /** 8 bytes of the server. */
  readonly server: Uint8Array;
  /** 8 random bytes of the client. */
  readonly client: Uint8Array;
  /** AV_PAIRs of the server, as it sent them. */
  readonly targetInfo: Uint8Array;
  /** Tenths of microseconds since 1601, little-endian, 8 bytes. */
  readonly time: Uint8Array;
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** NTOWFv1: the MD4 of the password (MS-NLMP 3.3.1). */
export function ntHash(password: string): Buffer {
  return Buffer.from(md4.arrayBuffer(utf16(password)));
}

/** NTOWFv2 (MS-NLMP 3.3.2). */
export function nt2Hash({ user, password, domain }: NtlmIdentity): Buffer {
  return hmac(ntHash(password), utf16(user.toUpperCase() + domain));
}

/**
 * NTLMv1 (MS-NLMP 3.3.1). The weak LM hash is never sent: both responses are the NT one, as with NoLMResponseNTLMv1.
 */
export function ntlm1Responses(password: string, serverChallenge: Uint8Array): NtlmResponses {
  const key = Buffer.concat([ntHash(password), Buffer.alloc(5)]);
  const nt = Buffer.concat([0, 7, 14].map((start) => des(key.subarray(start, start + 7), serverChallenge)));
  return { lm: nt, nt };
}

/** NTLMv2 and LMv2 (MS-NLMP 3.3.2). */
export function ntlm2Responses(identity: NtlmIdentity, challenge: Ntlm2Challenge): NtlmResponses {
  const { server, client, targetInfo, time } = challenge;
  const key = nt2Hash(identity);
  const blob = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    time,
    client,
    Buffer.alloc(4),
    targetInfo,
    Buffer.alloc(4),
  ]);
  return {
    lm: Buffer.concat([hmac(key, server, client), client]),
    nt: Buffer.concat([hmac(key, server, blob), blob]),
  };
}

function hmac(key: Uint8Array, ...data: readonly Uint8Array[]): Buffer {
  const mac = createHmac('md5', key);
  for (const part of data) mac.update(part);
  return mac.digest();
}

/** Single DES, which OpenSSL 3 has only as triple DES with three equal keys. */
function des(key: Uint8Array, block: Uint8Array): Buffer {
  const spread = spreadKey(key);
  const cipher = createCipheriv('des-ede3', Buffer.concat([spread, spread, spread]), null);
  cipher.setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** 56 bits of key in 8 bytes, whose lowest bits DES ignores. */
function spreadKey(key: Uint8Array): Buffer {
  const bits = BigInt(`0x${Buffer.from(key).toString('hex')}`);
  return Buffer.from(Array.from({ length: 8 }, (_, index) => Number((bits >> BigInt(49 - 7 * index)) & 127n) << 1));
}

import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { XPathError } from '../focus.js';

/** What `encrypt` and `decrypt` need of a key store's entry. */
export interface KeyEntry {
  /** Throws when the entry has no certificate. */
  publicKey(): KeyObject;
  /** Throws when the entry has no private key or the password does not open it. */
  privateKey(): KeyObject;
}

/** An entry as it stands in a JKS file: DER of the certificate, the private key still encrypted. */
interface JksEntry {
  readonly alias: string;
  readonly key: Buffer | undefined;
  readonly certificate: Buffer | undefined;
}

const jksMagic = 0xfeedfeed;

/**
 * Opens one entry of a key store: a JKS file, or a PEM file with a certificate, a private key or both, for which the
 * alias does not matter. Node cannot take keys out of a PKCS12 file.
 * @param path of the file, as the expression gives it
 */
export function keyEntry(path: string, password: string, alias: string): KeyEntry {
  const bytes = readStore(path);
  if (bytes.length > 12 && bytes.readUInt32BE(0) === jksMagic) return jksEntry(path, bytes, password, alias);
  const text = bytes.toString('latin1');
  if (text.includes('-----BEGIN ')) return pemEntry(text, password);
  throw new XPathError(
    `the key store ${path} is neither JKS nor PEM: write its key and certificate to a PEM file with "openssl pkcs12 -in ${path} -out keys.pem" and name that file`,
  );
}

function readStore(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new XPathError(`the key store ${path} cannot be read: ${(error as Error).message}`);
  }
}

function pemEntry(text: string, passphrase: string): KeyEntry {
  const privateKey = (): KeyObject => createPrivateKey({ key: text, passphrase });
  const certificate = /-----BEGIN (CERTIFICATE|PUBLIC KEY)-----[^-]+-----END \1-----/.exec(text)?.[0];
  return { publicKey: () => createPublicKey(certificate ?? privateKey()), privateKey };
}

function jksEntry(path: string, bytes: Buffer, password: string, alias: string): KeyEntry {
  const entry = readJks(bytes).find((one) => one.alias === alias.toLowerCase());
  if (!entry) throw new XPathError(`the key store ${path} has no entry "${alias}"`);
  const { certificate, key } = entry;
  return {
    publicKey: () => {
      if (!certificate) throw new XPathError(`the entry "${alias}" has no certificate`);
      return new X509Certificate(certificate).publicKey;
    },
    privateKey: () => {
      if (!key) throw new XPathError(`the entry "${alias}" has no private key`);
      return createPrivateKey({ key: openKey(key, password), format: 'der', type: 'pkcs8' });
    },
  };
}

function readJks(bytes: Buffer): JksEntry[] {
  let at = 4;
  const number = (): number => {
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const block = (size: number): Buffer => {
    at += size;
    return bytes.subarray(at - size, at);
  };
  const name = (): string => block(block(2).readUInt16BE(0)).toString('utf8');
  const hasTypes = number() === 2;
  const certificate = (): Buffer => {
    if (hasTypes) name();
    return block(number());
  };
  return Array.from({ length: number() }, (): JksEntry => {
    const isKey = number() === 1;
    const alias = name().toLowerCase();
    at += 8; // the date of the entry
    if (!isKey) return { alias, key: undefined, certificate: certificate() };
    const key = block(number());
    const chain = Array.from({ length: number() }, certificate);
    return { alias, key, certificate: chain[0] };
  });
}

/**
 * Opens the key protection of JKS: in the octet string at the end of the DER a salt, the key XORed with a chain of SHA-1
 * hashes of password and salt, and a hash of password and key that proves the password.
 */
function openKey(der: Buffer, password: string): Buffer {
  const characters = Buffer.from(password, 'utf16le').swap16();
  const sha1 = (...parts: Buffer[]): Buffer => {
    const hash = createHash('sha1');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const protectedKey = octetString(der);
  const key = Buffer.from(protectedKey.subarray(20, -20));
  let chain = protectedKey.subarray(0, 20);
  for (let at = 0; at < key.length; at++) {
    if (at % 20 === 0) chain = sha1(characters, chain);
    key[at] = (key[at] ?? 0) ^ (chain[at % 20] ?? 0);
  }
  if (!sha1(characters, key).equals(protectedKey.subarray(-20))) {
    throw new XPathError('the password does not open the private key of the key store');
  }
  return key;
}

/** The second member of a DER sequence whose first one is an algorithm identifier. */
function octetString(der: Buffer): Buffer {
  const outer = contentOf(der, 0);
  const algorithm = contentOf(der, outer.start);
  const { start, end } = contentOf(der, algorithm.end);
  return der.subarray(start, end);
}

function contentOf(der: Buffer, at: number): { start: number; end: number } {
  const first = der[at + 1] ?? 0;
  const size = first < 0x80 ? 0 : first & 0x7f;
  const length = size === 0 ? first : der.readUIntBE(at + 2, size);
  const start = at + 2 + size;
  return { start, end: start + length };
}

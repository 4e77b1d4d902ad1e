import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StartError } from './start-error.js';

/** Certificate chain and private key, PEM: what `https.createServer` and `setSecureContext` take. */
export interface TlsKeys {
  cert: string;
  key: string;
}

const validDays = 397;
const renewDays = 30;
const dayMs = 86_400_000;

/**
 * Keys of the https ports (product 2): the configured files, else a self-signed certificate in `<home>/tls.pem`,
 * generated at the first start and again when it has less than 30 days left.
 *
 * @throws StartError when a configured file cannot be read, or the key does not belong to the certificate
 */
export async function loadTlsKeys(options: {
  home: string;
  tlsCertificate?: string | undefined;
  tlsKey?: string | undefined;
}): Promise<TlsKeys> {
  const { home, tlsCertificate, tlsKey } = options;
  if (tlsCertificate !== undefined && tlsKey !== undefined) return configuredKeys(tlsCertificate, tlsKey);
  const file = join(home, 'tls.pem');
  const pem = await readFile(file, 'utf8').catch(() => '');
  if (isCurrent(pem)) return { cert: pem, key: pem };
  return generateKeys(home, file);
}

async function configuredKeys(certificateFile: string, keyFile: string): Promise<TlsKeys> {
  const cert = await readConfigured(certificateFile);
  const key = await readConfigured(keyFile);
  let belongs: boolean;
  try {
    belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new StartError(`TLS: ${certificateFile} and ${keyFile} are not a certificate and a key in PEM`, error);
  }
  if (!belongs) throw new StartError(`TLS: the key ${keyFile} does not belong to the certificate ${certificateFile}`);
  return { cert, key };
}

async function readConfigured(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new StartError(`TLS: ${(error as Error).message}`, error);
  }
}

function isCurrent(pem: string): boolean {
  if (pem === '') return false;
  try {
    const certificate = new X509Certificate(pem);
    const left = Date.parse(certificate.validTo) - Date.now();
    return left > renewDays * dayMs && certificate.checkPrivateKey(createPrivateKey(pem));
  } catch {
    return false;
  }
}

async function generateKeys(home: string, file: string): Promise<TlsKeys> {
  // Only a first start needs the library.
  const { generate } = await import('selfsigned');
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - dayMs),
    notAfterDate: new Date(now + validDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: alternativeNames() },
    ],
  });
  const pem = `${cert.trim()}\n${key.trim()}\n`;
  await mkdir(home, { recursive: true, mode: 0o700 });
  // Written aside and renamed: who starts at the same time reads a whole file, this one or its own.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, pem, { mode: 0o600 });
  await rename(draft, file);
  return { cert: pem, key: pem };
}

function alternativeNames(): ({ type: 2; value: string } | { type: 7; ip: string })[] {
  const names = new Set(['localhost', hostname().toLowerCase()]);
  const valid = [...names].filter((name) => /^[a-z0-9.-]+$/.test(name));
  return [...valid.map((value) => ({ type: 2 as const, value })), { type: 7, ip: '127.0.0.1' }, { type: 7, ip: '::1' }];
}

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileXPath } from '../../../runtime/expression/xpath/compile.js';
import { messageOf, namespaces } from './message.js';

const oaep = 'RSA/ECB/OAEPWithSHA-1AndMGF1Padding';
const password = 'changeit';

/** A JKS file with one private key and no certificates, as `keytool` writes it. */
function jks(alias: string, key: KeyObject): Buffer {
  const number = (value: number) => Buffer.from([value >>> 24, value >>> 16, value >>> 8, value]);
  const name = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
  const sealed = protectedKey(key.export({ format: 'der', type: 'pkcs8' }));
  const head = [number(0xfeedfeed), number(2), number(1), number(1), name(alias), Buffer.alloc(8)];
  return Buffer.concat([...head, number(sealed.length), sealed, number(0), Buffer.alloc(20)]);
}

function protectedKey(key: Buffer): Buffer {
  const characters = Buffer.from(password, 'utf16le').swap16();
  const sha1 = (...parts: Buffer[]) => createHash('sha1').update(Buffer.concat(parts)).digest();
  const salt = randomBytes(20);
  let chain = salt;
  const sealed = key.map((byte, at) => {
    if (at % 20 === 0) chain = sha1(characters, chain);
    return byte ^ (chain[at % 20] ?? 0);
  });
  const octets = Buffer.concat([salt, sealed, sha1(characters, key)]);
  const algorithm = Buffer.from('300e060a2b060104012a021101010500', 'hex');
  return der(0x30, Buffer.concat([algorithm, der(0x04, octets)]));
}

const der = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x82, content.length >> 8, content.length & 0xff]), content]);

describe('XPath: encrypt and decrypt', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  const call = (name: string, ...args: string[]): string | null =>
    compileXPath(`${name}(${args.map((arg) => `'${arg}'`).join(',')})`, namespaces()).text(messageOf());
  const causeOf = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      return `${(error as Error).message} ${(error as Error).cause}`;
    }
    return 'no fault';
  };

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'keystore-'));
    writeFileSync(file('both.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(file('public.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
    writeFileSync(file('keys.jks'), jks('one', privateKey));
    writeFileSync(file('keys.p12'), Buffer.from('3082', 'hex'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('message-model 3.2: what the public key encrypts the private key of a PEM or JKS file decrypts', () => {
    const sealed = call('encrypt', 'hällo', file('public.pem'), password, 'one', 'JKS', oaep) ?? '';
    for (const store of ['both.pem', 'keys.jks']) {
      assert.equal(call('decrypt', sealed, file(store), password, 'One', 'JKS', oaep), 'hällo');
    }
  });

  it('message-model 3.2: without an algorithm it is RSA with PKCS#1 padding', () => {
    assert.equal(Buffer.from(call('encrypt', 'x', file('public.pem'), password, 'one') ?? '', 'base64').length, 128);
  });

  const faults: [what: string, args: () => string[], cause: RegExp][] = [
    ['a wrong password', () => ['x', file('keys.jks'), 'wrong', 'one', 'JKS', oaep], /does not open the private key/],
    ['an unknown alias', () => ['x', file('keys.jks'), password, 'two'], /no entry "two"/],
    ['a file that is not there', () => ['x', file('none'), password, 'one'], /cannot be read/],
    ['PKCS12', () => ['x', file('keys.p12'), password, 'one'], /openssl pkcs12/],
    ['an unknown algorithm', () => ['x', file('keys.jks'), password, 'one', 'JKS', 'DES'], /algorithm DES/],
    ['too few arguments', () => ['x', file('keys.jks')], /2 arguments/],
  ];
  for (const [what, args, cause] of faults) {
    it(`${what} is a fault that says so, without the password`, () => {
      const text = causeOf(() => call('decrypt', ...args()));
      assert.match(text, cause);
      assert.ok(!text.includes(password));
    });
  }
});

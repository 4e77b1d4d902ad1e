import assert from 'node:assert/strict';
import { nt2Hash, ntHash, ntlm1Responses, ntlm2Responses } from '../../runtime/endpoint/ntlm-hash.js';
import { authenticateMessage, negotiateMessage, readChallenge } from '../../runtime/endpoint/ntlm-message.js';

/** The values that MS-NLMP 4.2 computes its examples with. */
const identity = { user: 'User', password: 'Password', domain: 'Domain' };
const server = Buffer.from('0123456789abcdef', 'hex');
const client = Buffer.alloc(8, 0xaa);
const targetInfo = Buffer.from('02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000', 'hex');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('NTLM hashes', () => {
  it('MS-NLMP 4.2.2.1.2: NTOWFv1', () => assert.equal(hex(ntHash('Password')), 'a4f49c406510bdcab6824ee7c30fd852'));

  it('MS-NLMP 4.2.2.2.1: the NTLMv1 response, and never an LM hash', () => {
    const { nt, lm } = ntlm1Responses('Password', server);
    assert.equal(hex(nt), '67c43011f30298a2ad35ece64f16331c44bdbed927841f94');
    assert.equal(hex(lm), hex(nt));
  });

  it('MS-NLMP 4.2.4.1.1: NTOWFv2', () => assert.equal(hex(nt2Hash(identity)), '0c868a403bfd7a93a3001ef22ef02e3f'));

  const responses = () => ntlm2Responses(identity, { server, client, targetInfo, time: Buffer.alloc(8) });

  it('MS-NLMP 4.2.4.2.1: the LMv2 response', () => {
    assert.equal(hex(responses().lm), '86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
  });

  it('MS-NLMP 4.2.4.2.2: the NTLMv2 response', () => {
    const { nt } = responses();
    assert.equal(hex(nt.subarray(0, 16)), '68cd0ab851e51c96aabc927bebef6a1c');
    assert.equal(
      hex(nt.subarray(16)),
      `0101000000000000${'00'.repeat(8)}${'aa'.repeat(8)}00000000${hex(targetInfo)}00000000`,
    );
  });
});

describe('NTLM messages', () => {
  const challengeMessage = (flags: number, info: Buffer) => {
    const head = Buffer.alloc(48);
    head.write('NTLMSSP\0', 'latin1');
    head.writeUInt32LE(2, 8);
    head.writeUInt32LE(flags, 20);
    server.copy(head, 24);
    head.writeUInt16LE(info.length, 40);
    head.writeUInt32LE(48, 44);
    return Buffer.concat([head, info]);
  };
  const part = (message: Buffer, at: number) =>
    message.subarray(message.readUInt32LE(at + 4), message.readUInt32LE(at + 4) + message.readUInt16LE(at));
  const login = { ...identity, workstation: 'COMPUTER', version: 'v2' } as const;

  it('MS-NLMP 2.2.1.1: the negotiation, with extended session security for v2 only', () => {
    assert.equal(hex(negotiateMessage('v1')), `4e544c4d53535000${'01000000'}05820000${'00'.repeat(16)}`);
    assert.equal(negotiateMessage('v2').readUInt32LE(12), 0x88205);
  });

  it('MS-NLMP 2.2.1.2: a challenge is read; what is none, or is cut off, is refused', () => {
    const read = readChallenge(challengeMessage(0x800001, targetInfo));
    assert.deepEqual([read.flags, hex(read.challenge), hex(read.targetInfo)], [0x800001, hex(server), hex(targetInfo)]);
    assert.equal(readChallenge(challengeMessage(1, targetInfo)).targetInfo.length, 0);
    assert.throws(() => readChallenge(negotiateMessage('v1')), /challenge of the server cannot be read/);
    assert.throws(() => readChallenge(Buffer.from('NTLMSSP')), /cannot be read/);
    assert.throws(() => readChallenge(challengeMessage(0x800001, targetInfo).subarray(0, 60)), /cut off/);
  });

  it('MS-NLMP 2.2.1.3: the authentication names domain, user and workstation in UTF-16', () => {
    const message = authenticateMessage(login, readChallenge(challengeMessage(0x880001, targetInfo)), client, 0);
    assert.deepEqual(
      [28, 36, 44].map((at) => part(message, at).toString('utf16le')),
      ['Domain', 'User', 'COMPUTER'],
    );
    assert.equal(message.readUInt32LE(60), 0x880001);
    assert.equal(part(message, 12).length, 24);
    assert.equal(part(message, 20).subarray(16, 24).toString('hex'), '0101000000000000');
  });

  it('MS-NLMP 2.2.2.10: without Unicode the names are in capitals of the OEM character set', () => {
    const message = authenticateMessage(login, readChallenge(challengeMessage(0x2, Buffer.alloc(0))), client, 0);
    assert.deepEqual(
      [28, 36, 44].map((at) => part(message, at).toString('latin1')),
      ['DOMAIN', 'USER', 'COMPUTER'],
    );
  });

  it("MS-NLMP 3.1.5.1.2: the server's time is taken, and there is no LMv2 response then", () => {
    const stamp = Buffer.from('0700080011223344556677880000' + '0000', 'hex');
    const message = authenticateMessage(login, readChallenge(challengeMessage(0x800001, stamp)), client, 0);
    assert.equal(hex(part(message, 20).subarray(24, 32)), '1122334455667788');
    assert.equal(hex(part(message, 12)), '00'.repeat(24));
  });

  it("MS-NLMP 2.2.2.7: without a server's time it is the client's, since 1601", () => {
    const message = authenticateMessage(login, readChallenge(challengeMessage(0x800001, targetInfo)), client, 0);
    assert.equal(part(message, 20).readBigUInt64LE(24), 116444736000000000n);
    assert.equal(hex(part(message, 20).subarray(32, 40)), hex(client));
  });

  it('MS-NLMP 3.3.1: v1 answers with 24 bytes', () => {
    const challenge = readChallenge(challengeMessage(1, Buffer.alloc(0)));
    const message = authenticateMessage({ ...login, version: 'v1' }, challenge);
    assert.equal(hex(part(message, 20)), '67c43011f30298a2ad35ece64f16331c44bdbed927841f94');
  });
});

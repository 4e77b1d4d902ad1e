import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { digestHeader, readDigestChallenge } from '../../runtime/endpoint/digest.js';

/** The examples of RFC 7616 section 3.9, as corrected by its errata, and of RFC 2069 section 2.4. */
describe('RFC 7616: Digest credentials', () => {
  const first =
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=ALG, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const mufasa = {
    username: 'Mufasa',
    password: 'Circle of Life',
    method: 'GET',
    uri: '/dir/index.html',
    count: 1,
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  };
  const jason = {
    username: 'Jäsøn Doe',
    password: 'Secret, or not?',
    method: 'GET',
    uri: '/doe.json',
    count: 1,
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
  };
  const second =
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true';
  const old =
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"';
  const examples: [name: string, challenge: string, use: typeof mufasa, has: RegExp[]][] = [
    [
      'MD5',
      first.replace('ALG', 'MD5'),
      mufasa,
      [
        /^Digest username="Mufasa", realm="http-auth@example\.org", /,
        / uri="\/dir\/index\.html", response="8ca523f5e9506fed4657c9700eebdbec", algorithm=MD5, /,
        / qop=auth, nc=00000001, cnonce="f2\/wE4q74E6zIJEtWaHKaf5wv\/H5QzzpXusqGemxURZJ"$/,
      ],
    ],
    [
      'SHA-256',
      first.replace('ALG', 'SHA-256'),
      mufasa,
      [/ response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, /],
    ],
    [
      'SHA-512-256, UTF-8 and a hashed name',
      second,
      jason,
      [
        /username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"/,
        /response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"/,
        /, userhash=true$/,
      ],
    ],
    [
      'a name beyond ASCII',
      second.replace(', userhash=true', ''),
      jason,
      [/^Digest username\*=UTF-8''J%C3%A4s%C3%B8n%20Doe, /],
    ],
    [
      'without qop, as in RFC 2069',
      old,
      { ...mufasa, password: 'CircleOfLife' },
      [/ response="1949323746fe6a43ef61f9606e7febea", opaque="5ccc069c403ebaf9f0171e9517f40e41"$/],
    ],
  ];
  for (const [name, written, use, has] of examples) {
    it(name, () => {
      const challenge = readDigestChallenge(['WWW-Authenticate', written]);
      assert.ok(challenge);
      const header = digestHeader(challenge, use);
      for (const part of has) assert.match(header, part);
    });
  }

  it('section 4: a realm beyond ASCII counts and goes back as the bytes that came, the password as UTF-8', () => {
    const realm = Buffer.from('Zürich', 'utf8').toString('latin1');
    const challenge = readDigestChallenge(['WWW-Authenticate', `Digest realm="${realm}", nonce="n", charset=UTF-8`]);
    assert.ok(challenge);
    const header = digestHeader(challenge, { ...mufasa, username: 'u', password: 'pä' });
    const md5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');
    const response = md5(`${md5('u:Zürich:pä')}:n:${md5('GET:/dir/index.html')}`);
    assert.ok(header.includes(`realm="${realm}"`) && header.includes(`response="${response}"`), header);
  });

  it('section 3.4.2: a session key is computed with the nonce of the client', () => {
    const challenge = readDigestChallenge(['WWW-Authenticate', first.replace('ALG', 'MD5-sess')]);
    assert.ok(challenge);
    const header = digestHeader(challenge, mufasa);
    assert.match(header, /algorithm=MD5-sess/);
    assert.doesNotMatch(header, /8ca523f5e9506fed4657c9700eebdbec/);
  });

  it('the count of a nonce has eight hexadecimal digits', () => {
    const challenge = readDigestChallenge(['WWW-Authenticate', first.replace('ALG', 'MD5')]);
    assert.ok(challenge);
    assert.match(digestHeader(challenge, { ...mufasa, count: 255 }), / nc=000000ff, /);
  });

  const digest = (more = '') => `Digest realm="r", nonce="n"${more}`;
  const challenges: [name: string, headers: string[], expected: object | undefined][] = [
    ['none', ['Content-Type', 'text/plain'], undefined],
    ['another scheme', ['WWW-Authenticate', 'Bearer realm="Digest realm"'], undefined],
    ['behind others in one header', ['www-authenticate', `NTLM, Basic realm="a, b", ${digest()}`], { nonce: 'n' }],
    ['behind a token', ['WWW-Authenticate', `Negotiate YII=, ${digest()}, Basic realm="x"`], { realm: 'r' }],
    [
      'the stronger of two',
      ['WWW-Authenticate', digest(), 'WWW-Authenticate', digest(', algorithm=SHA-256')],
      { algorithm: 'SHA-256' },
    ],
    ['an unknown algorithm', ['WWW-Authenticate', digest(', algorithm=TOKEN')], undefined],
    ['integrity of the body only', ['WWW-Authenticate', digest(', qop="auth-int"')], undefined],
    ['several qualities', ['WWW-Authenticate', digest(', qop="auth-int,auth"')], { qop: 'auth' }],
    ['stale', ['WWW-Authenticate', digest(', stale=TRUE')], { stale: true }],
    ['an escaped quote', ['WWW-Authenticate', 'Digest realm="a\\"b", nonce="n"'], { realm: 'a"b' }],
    ['no nonce', ['WWW-Authenticate', 'Digest realm="r"'], undefined],
  ];
  for (const [name, headers, expected] of challenges) {
    it(`a challenge: ${name}`, () => {
      const read = readDigestChallenge(headers);
      if (expected === undefined) assert.equal(read, undefined);
      else assert.deepEqual({ ...read, ...expected }, read);
    });
  }
});

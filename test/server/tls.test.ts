import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { gracefulClose, listen } from '../../runtime/server/process-listen.js';
import { loadTlsKeys } from '../../runtime/server/tls.js';

describe('product 2: keys of the https ports', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'mediant-test-'));
  });

  it('a self-signed certificate for this machine is generated into the home, mode 0600, and kept', async () => {
    const keys = await loadTlsKeys({ home });
    const certificate = new X509Certificate(keys.cert);
    assert.equal(certificate.checkHost('localhost'), 'localhost');
    assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
    assert.equal(certificate.checkIP('::1'), '::1');
    assert.equal((await stat(join(home, 'tls.pem'))).mode & 0o777, 0o600);
    assert.deepEqual(await loadTlsKeys({ home }), keys);
  });

  it('a client that trusts it is served', async () => {
    const keys = await loadTlsKeys({ home });
    const server = createServer(keys, (_, response) => response.end('x'));
    const { port } = await listen(server, 0, '127.0.0.1', 'test');
    const status = await new Promise((resolve, reject) => {
      get({ host: 'localhost', family: 4, port, ca: keys.cert, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    assert.equal(status, 200);
    await gracefulClose([server]);
  });

  it('one that ends within 30 days is made anew, and so is a damaged file', async () => {
    const soon = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      notAfterDate: new Date(Date.now() + 29 * 86_400_000),
    });
    for (const pem of [soon.cert + soon.private, 'no certificate', '']) {
      await writeFile(join(home, 'tls.pem'), pem);
      const { cert } = await loadTlsKeys({ home });
      assert.notEqual(cert, pem);
      assert.equal(await readFile(join(home, 'tls.pem'), 'utf8'), cert);
    }
  });

  it('configured files win; what does not fit is refused by name', async () => {
    const [one, two] = await Promise.all([generate([], { keyType: 'ec' }), generate([], { keyType: 'ec' })]);
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(home, name), text);
      return join(home, name);
    };
    const tlsCertificate = await file('one.pem', one.cert);
    const tlsKey = await file('one.key', one.private);
    const other = await file('two.key', two.private);
    const broken = await file('broken', 'x');
    assert.deepEqual(await loadTlsKeys({ home, tlsCertificate, tlsKey }), { cert: one.cert, key: one.private });
    await assert.rejects(
      loadTlsKeys({ home, tlsCertificate, tlsKey: other }),
      /two\.key does not belong to .*one\.pem/,
    );
    await assert.rejects(loadTlsKeys({ home, tlsCertificate: broken, tlsKey }), /broken and .*one\.key are not a cert/);
    await assert.rejects(loadTlsKeys({ home, tlsCertificate, tlsKey: `${tlsKey}x` }), /TLS: ENOENT.*one\.keyx/);
  });
});

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installationOf, readFileProperties } from '../../runtime/settings/file-properties.js';
import { parseProperties } from '../../runtime/settings/properties-format.js';

describe('the format of .properties files', () => {
  const rows: [text: string, entries: Record<string, string>][] = [
    ['a=b', { a: 'b' }],
    ['a:b', { a: 'b' }],
    ['a b', { a: 'b' }],
    ['  a \t=  b c ', { a: 'b c ' }],
    ['a==b', { a: '=b' }],
    ['a', { a: '' }],
    ['# a=b\n! c=d\n\n  # e=f\ng=h', { g: 'h' }],
    ['a=b\r\nc=d\re=f', { a: 'b', c: 'd', e: 'f' }],
    ['a=b\\\n   c', { a: 'bc' }],
    ['a=b\\\\\nc=d', { a: 'b\\', c: 'd' }],
    ['a=b\\\n#c', { a: 'b#c' }],
    ['a\\=b=c', { 'a=b': 'c' }],
    ['a\\ b=c', { 'a b': 'c' }],
    ['a=\\t\\n\\u20AC\\q', { a: '\t\n€q' }],
    ['a=1\na=2', { a: '2' }],
    ['', {}],
  ];
  for (const [text, entries] of rows) {
    it(JSON.stringify(text), () => assert.deepEqual(Object.fromEntries(parseProperties(text)), entries));
  }
});

describe('product 1: where $FILE:key is looked up', () => {
  let root: string;
  const write = async (path: string, text: string): Promise<string> => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  };
  const read = async (systemProperties: Record<string, string> = {}) =>
    Object.fromEntries(
      await readFileProperties({
        home: join(root, 'home'),
        deploy: [join(root, 'mi/repository/deployment/server')],
        systemProperties: new Map(Object.entries(systemProperties)),
        environment: { HOST: 'h' },
      }),
    );
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mediant-test-'));
  });

  it('no file: nothing', async () => assert.deepEqual(await read(), {}));

  it('the home wins over the conf beside an MI server folder', async () => {
    await write('home/conf/file.properties', 'a=home');
    await write('mi/conf/file.properties', 'a=mi\nb=mi');
    assert.deepEqual(await read(), { a: 'home', b: 'mi' });
  });

  it('properties.file.path names another file', async () => {
    await write('home/conf/file.properties', 'a=home\nb=home');
    const file = await write('other.properties', 'a=other');
    assert.deepEqual(await read({ 'properties.file.path': file }), { a: 'other' });
  });

  it('artifacts 6.9: values may be references', async () => {
    await write('home/conf/file.properties', 'a=$env{HOST}:$sys{port}\nb=$env{NOPE}');
    assert.deepEqual(await read({ port: '80' }), { a: 'h:80', b: '$env{NOPE}' });
  });

  it('an MI server folder is repository/deployment/server', () => {
    assert.equal(installationOf('/x/mi/repository/deployment/server'), '/x/mi');
    assert.equal(installationOf('/x/mi/deployment/server'), undefined);
  });
});

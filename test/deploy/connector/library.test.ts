import assert from 'node:assert/strict';
import { readLibrary } from '../../../runtime/deploy/connector/library.js';
import { connectorZip, zip } from '../zip.js';

const main = (content: string) =>
  `<connector><component name="shop" package="com.example">${content}</component></connector>`;
const component = (content: string, type = 'synapse/template') =>
  `<component name="all" type="${type}"><subComponents>${content}</subComponents></component>`;
const dependency = '<dependency component="all"/>';
const template = '<template xmlns="http://ws.apache.org/ns/synapse" name="go"><sequence/></template>';

describe('zips of connectors', () => {
  it('mediators 8.2: name, package and the templates of the components that connector.xml names', () => {
    const { library, problems } = readLibrary(
      connectorZip('shop', { go: ['', ''], stop: ['', ''] }, { 'z/component.xml': component('') }),
      'shop.zip',
    );
    assert.deepEqual(problems, []);
    assert.equal(library?.name, '{com.example}shop');
    assert.deepEqual([...(library?.templates.keys() ?? [])], ['go', 'stop']);
  });

  it('mediators 8.2: an operation goes by the name of its template; components may be nested', () => {
    const nested = `<component name="x"><subComponents><component name="y"><file>deep/t.xml</file></component></subComponents></component>`;
    const { library } = readLibrary(
      zip({ 'connector.xml': main(dependency), 'all/component.xml': component(nested), 'all/deep/t.xml': template }),
      'shop.zip',
    );
    assert.deepEqual([...(library?.templates.keys() ?? [])], ['go']);
    assert.equal(library?.templates.get('go')?.file, 'shop.zip/all/deep/t.xml');
  });

  const file = '<component name="go"><file>go.xml</file></component>';
  for (const [rule, files, expected] of [
    ['no connector.xml', { 'x.xml': '<a/>' }, 'shop.zip/connector.xml The connector has no file connector.xml'],
    [
      'an empty connector.xml',
      { 'connector.xml': '<connector/>' },
      'shop.zip/connector.xml connector.xml has no <component>',
    ],
    [
      'a connector.xml that is no XML',
      { 'connector.xml': '<a' },
      /^shop.zip\/connector.xml The XML is not well-formed/,
    ],
    [
      'no package',
      { 'connector.xml': '<connector><component name="shop"/></connector>' },
      'shop.zip/connector.xml The connector has no package',
    ],
    [
      'a component that is not there',
      { 'connector.xml': main(dependency) },
      'shop.zip/connector.xml The connector has no component "all"',
    ],
    [
      'a template that is not there',
      { 'connector.xml': main(dependency), 'all/component.xml': component(file) },
      'shop.zip/all/go.xml The connector has no file all/go.xml',
    ],
    [
      'a file outside of the zip',
      {
        'connector.xml': main(dependency),
        'all/component.xml': component('<component name="go"><file>../../etc/passwd.xml</file></component>'),
      },
      'shop.zip/../etc/passwd.xml The connector has no file ../etc/passwd.xml',
    ],
    [
      'a component of another type',
      { 'connector.xml': main(dependency), 'all/component.xml': component(file, 'synapse/proxy') },
      'shop.zip/all/component.xml A component of the type "synapse/proxy" is not supported in a connector',
    ],
  ] as const) {
    it(`mediators 8.2: refused: ${rule}`, () => {
      const { library, problems } = readLibrary(zip(files), 'shop.zip');
      assert.equal(library, undefined);
      const [problem] = problems;
      const text = `${problem?.file} ${problem?.message}`;
      if (typeof expected === 'string') assert.equal(text, expected);
      else assert.match(text, expected);
      assert.equal(problem?.severity, 'error');
    });
  }
});

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ArtifactFiles } from '../../runtime/deploy/artifact-files.js';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';
import { carZip, connectorZip, importXml, zip } from './zip.js';

const xmlns = 'xmlns="http://ws.apache.org/ns/synapse"';
const sequence = (name: string, mediators = '<log/>') => ({
  type: 'synapse/sequence',
  content: `<sequence ${xmlns} name="${name}">${mediators}</sequence>`,
});
const api = (name: string, context: string) => ({
  type: 'synapse/api',
  content: `<api ${xmlns} name="${name}" context="${context}"><resource methods="GET"><inSequence><respond/></inSequence></resource></api>`,
});
const entry = (key: string, content: string) => ({
  type: 'synapse/local-entry',
  content: `<localEntry ${xmlns} key="${key}">${content}</localEntry>`,
});
const shop = () => ({
  type: 'synapse/lib',
  file: 'shop.zip',
  content: connectorZip('shop', { order: ['<parameter name="sku"/>', '<log/>'] }),
});
const resources = (list: string, files: Record<string, string>) => ({
  type: 'registry/resource',
  file: 'registry-info.xml',
  content: `<resources>${list}</resources>`,
  more: Object.fromEntries(Object.entries(files).map(([name, content]) => [`resources/${name}`, content])),
});

describe('artifacts 4.3: applications', () => {
  let folder: string;
  let deployed: Deployed;
  let files: ArtifactFiles;
  let logs: string[];
  let clock = 1;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-car-'));
    logs = [];
    deployed = new Deployed({
      registry: new MemoryRegistry(),
      logger: { enabled: () => true, log: (level, _, text) => void logs.push(`${level} ${text}`) },
      systemProperties: new Map([['known', 'value']]),
    });
    files = new ArtifactFiles(deployed, [folder]);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const put = (name: string, content: string | Uint8Array): void => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    // Another inode: the file counts as changed even within the resolution of the clock.
    writeFileSync(`${file}.${clock}`, content);
    rmSync(file, { force: true });
    writeFileSync(file, content);
    rmSync(`${file}.${clock++}`);
  };
  const scan = () =>
    files.scan().map(({ file, severity, message }) => `${file.slice(folder.length + 1)} ${severity} ${message}`);
  const registryText = (key: string) => {
    const resource = deployed.registry.get(key);
    return resource && Buffer.from(resource.content).toString();
  };

  it('every artifact is deployed, each by its kind', () => {
    put(
      'Shop.car',
      carZip('Shop', {
        Api: api('Api', '/shop'),
        Flow: sequence('Flow'),
        Text: entry('Text', 'hello'),
        Target: {
          type: 'synapse/endpoint',
          content: `<endpoint ${xmlns} name="Target"><address uri="http://h"/></endpoint>`,
        },
        Tem: { type: 'synapse/template', content: `<template ${xmlns} name="Tem"><sequence/></template>` },
        Prox: {
          type: 'synapse/proxy-service',
          content: `<proxy ${xmlns} name="Prox"><target><inSequence><respond/></inSequence></target></proxy>`,
        },
        Events: {
          type: 'synapse/event-source',
          content: `<eventSource ${xmlns} name="Events"><subscriptionManager class="org.apache.synapse.eventing.managers.DefaultInMemorySubscriptionManager"><property name="topicHeaderName" value="Topic"/><property name="topicHeaderNS" value="urn:t"/></subscriptionManager></eventSource>`,
        },
      }),
    );
    assert.deepEqual(scan(), []);
    assert.ok(deployed.apis.get('Api') && deployed.sequence('Flow') && deployed.endpoint('Target'));
    assert.ok(deployed.sequenceTemplate('Tem') && deployed.proxies.get('Prox'));
    assert.ok(deployed.eventSource('Events'));
    assert.equal(deployed.localEntry('Text'), 'hello');
    const application = deployed.applications.get('Shop_1.0.0');
    assert.deepEqual(
      application?.artifacts.map(({ kind, name }) => `${kind} ${name}`),
      [
        'localEntry Text',
        'endpoint Target',
        'sequence Flow',
        'template Tem',
        'proxy Prox',
        'eventSource Events',
        'api Api',
      ],
      'in the order of deployment',
    );
  });

  it('a changed file takes the place of the one before, a removed one takes its artifacts along', () => {
    put('Shop.car', carZip('Shop', { Flow: sequence('Flow'), Text: entry('Text', 'one') }));
    scan();
    put('Shop.car', carZip('Shop', { Text: entry('Text', 'two'), Api: api('Api', '/shop') }));
    scan();
    assert.equal(deployed.sequence('Flow'), undefined);
    assert.equal(deployed.localEntry('Text'), 'two');
    assert.ok(deployed.apis.get('Api'));
    rmSync(path.join(folder, 'Shop.car'));
    scan();
    assert.equal(deployed.localEntry('Text'), undefined);
    assert.equal(deployed.apis.get('Api'), undefined);
    assert.equal(deployed.applications.size, 0);
    assert.ok(logs.includes("INFO Carbon Application named 'Shop_1.0.0' has been undeployed"), logs.join('\n'));
  });

  it('the log names the application when it is deployed', () => {
    scan();
    put('Shop.car', carZip('Shop', { Flow: sequence('Flow') }));
    scan();
    assert.ok(
      logs.includes('INFO Successfully Deployed Carbon Application : Shop_1.0.0{super-tenant}'),
      logs.join('\n'),
    );
  });

  it('one broken artifact keeps all of them out, and the application is faulty until it is mended', () => {
    put('Shop.car', carZip('Shop', { Text: entry('Text', 'one'), Flow: sequence('Flow', '<nothing/>') }));
    assert.deepEqual(scan(), ['Shop.car/Flow_1.0.0/Flow-1.0.0.xml error Unknown mediator <nothing>']);
    assert.equal(deployed.localEntry('Text'), undefined);
    assert.deepEqual(files.faultyApplications, ['Shop.car']);
    put('Shop.car', carZip('Shop', { Text: entry('Text', 'one'), Flow: sequence('Flow') }));
    assert.deepEqual(scan(), []);
    assert.equal(deployed.localEntry('Text'), 'one');
    assert.deepEqual(files.faultyApplications, []);
  });

  it('a broken new version leaves the one before as it is', () => {
    put('Shop.car', carZip('Shop', { Text: entry('Text', 'one') }));
    scan();
    put('Shop.car', carZip('Shop', { Text: entry('Text', 'two'), Flow: sequence('Flow', '<nothing/>') }));
    scan();
    assert.equal(deployed.localEntry('Text'), 'one');
    assert.deepEqual(files.faultyApplications, ['Shop.car']);
  });

  it('a name that is taken keeps all of them out; they come when it is free', () => {
    put('a.xml', sequence('Flow').content);
    put('Shop.car', carZip('Shop', { Text: entry('Text', 'one'), Flow: sequence('Flow') }));
    assert.deepEqual(scan(), ['Shop.car error A sequence named Flow is already deployed']);
    assert.equal(deployed.localEntry('Text'), undefined);
    rmSync(path.join(folder, 'a.xml'));
    scan();
    assert.equal(deployed.localEntry('Text'), 'one');
  });

  it('the same application twice is refused', () => {
    put('a.car', carZip('Shop', { Text: entry('Text', 'one') }));
    put('b.car', carZip('Shop', { Other: entry('Other', 'two') }));
    assert.deepEqual(scan(), [
      "b.car error Shop_1.0.0 already exists. Two applications can't have the same Id. Deployment aborted.",
    ]);
    assert.equal(deployed.localEntry('Other'), undefined);
  });

  it('a dependency that is not there, in name and version, keeps all of them out', () => {
    const dependency = '<dependency artifact="Text" version="2.0.0"/>';
    const list = `<artifacts><artifact name="Shop" version="1.0.0" type="carbon/application">${dependency}</artifact></artifacts>`;
    put(
      'Shop.car',
      zip({ 'artifacts.xml': list, 'Text_1.0.0/artifact.xml': '<artifact name="Text" version="1.0.0"/>' }),
    );
    assert.deepEqual(scan(), [
      'Shop.car/artifacts.xml error Some dependencies were not satisfied in cApp:Shop_1.0.0: Text 2.0.0',
    ]);
  });

  it('without artifacts there is a warning, without a name that of the file counts', () => {
    put(
      'Shop.car',
      zip({ 'artifacts.xml': '<artifacts><artifact type="carbon/application" version="1"/></artifacts>' }),
    );
    assert.deepEqual(scan(), ['Shop.car/artifacts.xml warning The application Shop has no artifacts']);
  });

  for (const [what, content, expected] of [
    ['no zip', 'hello', /^Shop.car error The application cannot be read. It is no zip archive/],
    [
      'no artifacts.xml',
      zip({ 'a.xml': '<a/>' }),
      /^Shop.car\/artifacts.xml error The archive has no file artifacts.xml$/,
    ],
    [
      'no application in it',
      zip({ 'artifacts.xml': '<artifacts/>' }),
      /artifacts.xml error artifacts.xml has no artifact of the type carbon\/application/,
    ],
    [
      'a file that is not there',
      carZip('Shop', { A: { type: 'synapse/api' } }),
      /error The archive has no file A_1.0.0\/A-1.0.0.xml/,
    ],
    [
      'a path that leads out',
      zip({ '../x': '' }),
      /error The application cannot be read. It has an entry whose path leads out/,
    ],
  ] as const) {
    it(`refused: ${what}`, () => {
      put('Shop.car', content);
      assert.match(scan().join('\n'), expected);
      assert.deepEqual(files.faultyApplications, ['Shop.car']);
    });
  }

  it('types that do not run are named in a warning, the rest is deployed', () => {
    put(
      'Shop.car',
      carZip('Shop', {
        Text: entry('Text', 'one'),
        Job: { type: 'synapse/inbound-endpoint', content: `<inboundEndpoint ${xmlns} name="Job"/>` },
        Java: { type: 'lib/synapse/mediator', file: 'java.jar', content: 'x' },
        Data: { type: 'service/dataservice', file: 'd.dbs', content: '<data/>' },
        Odd: { type: 'web/application', file: 'w.war', content: 'x' },
      }),
    );
    const found = scan();
    assert.equal(found.length, 4, found.join('\n'));
    assert.match(found.join('\n'), /Java \(lib\/synapse\/mediator\) needs Java class mediators; port their classes/);
    assert.match(found.join('\n'), /Data \(service\/dataservice\) needs the data services engine/);
    assert.match(found.join('\n'), /Odd \(web\/application\) needs what knows the type web\/application/);
    assert.match(found.join('\n'), /inboundEndpoint/);
    assert.ok(found.every((line) => line.includes(' warning ')));
    assert.equal(deployed.localEntry('Text'), 'one');
  });

  it('an artifact with no file or several is left out', () => {
    const two = '<artifact name="A" version="1.0.0" type="synapse/api"><file>a.xml</file><file>b.xml</file></artifact>';
    put(
      'Shop.car',
      carZip('Shop', { A: { type: 'synapse/api', more: { 'artifact.xml': two } }, Text: entry('Text', 'one') }),
    );
    assert.deepEqual(scan(), [
      'Shop.car/A_1.0.0/artifact.xml warning The artifact A (synapse/api) has 2 files instead of one',
    ]);
    assert.equal(deployed.localEntry('Text'), 'one');
  });

  it('a file of the same name that is deployed by itself wins', () => {
    put('sequences/Flow-1.0.0.xml', sequence('Flow', '<drop/>').content);
    put('Shop.car', carZip('Shop', { Flow: sequence('Flow'), Text: entry('Text', 'one') }));
    assert.deepEqual(scan(), [
      'Shop.car/Flow_1.0.0/artifact.xml warning The artifact Flow (synapse/sequence) is ignored: the file Flow-1.0.0.xml is deployed by itself',
    ]);
    assert.deepEqual(deployed.sequence('Flow')?.mediators, ['drop']);
    assert.equal(deployed.localEntry('Text'), 'one');
  });

  it('definitions of APIs for publication are no artifacts', () => {
    const more = {
      'metadata/Api_swagger_1.0.0/artifact.xml':
        '<artifact name="Api_swagger" version="1.0.0" type="synapse/metadata"/>',
    };
    const parts = { Text: entry('Text', 'one') };
    const list =
      '<artifacts><artifact name="Shop" version="1" type="carbon/application"><dependency artifact="Text" version="1.0.0"/><dependency artifact="Api_swagger" version="1.0.0"/></artifact></artifacts>';
    put('Shop.car', carZip('Shop', parts, { ...more, 'artifacts.xml': list }));
    assert.deepEqual(scan(), []);
    assert.equal(deployed.localEntry('Text'), 'one');
  });

  it('registry resources are there while the application is, by every spelling of their key', () => {
    const item = (file: string, target: string, more = '') =>
      `<item><file>${file}</file><path>${target}</path>${more}</item>`;
    const typed = '<mediaType>text/plain</mediaType><properties><property key="owner" value="me"/></properties>';
    const list =
      item('a.txt', '/_system/governance/custom', typed) +
      item('b.txt', '/_system/config') +
      item('c.txt', '/_system/governance/mi-resources/x') +
      item('missing.txt', '/_system/config') +
      '<collection><directory>many</directory><path>/_system/governance/many</path></collection>';
    put(
      'Shop.car',
      carZip('Shop', {
        Res: resources(list, {
          'a.txt': 'A',
          'b.txt': 'B',
          'c.txt': 'C',
          'many/x/d.txt': 'D',
          'many/.meta/e.xml': 'E',
        }),
      }),
    );
    assert.deepEqual(scan(), []);
    assert.equal(registryText('gov:/custom/a.txt'), 'A');
    assert.equal(registryText('gov:custom/a.txt'), 'A');
    assert.equal(registryText('custom/a.txt'), 'A');
    assert.equal(registryText('conf:/b.txt'), 'B');
    assert.equal(registryText('resources:x/c.txt'), 'C');
    assert.equal(registryText('gov:/many/x/d.txt'), 'D');
    assert.equal(registryText('gov:/many/.meta/e.xml'), undefined);
    const resource = deployed.registry.get('gov:/custom/a.txt');
    assert.deepEqual([resource?.mediaType, resource?.properties.get('owner')], ['text/plain', 'me']);
    rmSync(path.join(folder, 'Shop.car'));
    scan();
    assert.equal(registryText('gov:/custom/a.txt'), undefined);
  });

  it('what a flow writes counts from then on, and stays when the application goes', () => {
    const list = '<item><file>a.txt</file><path>/_system/config</path><mediaType>text/plain</mediaType></item>';
    put('Shop.car', carZip('Shop', { Res: resources(list, { 'a.txt': 'A' }) }));
    scan();
    deployed.registry.setProperty('conf:a.txt', 'seen', 'yes');
    assert.equal(registryText('conf:/a.txt'), 'A');
    assert.equal(deployed.registry.get('conf:/a.txt')?.properties.get('seen'), 'yes');
    deployed.registry.put('conf:/a.txt', 'written');
    assert.equal(registryText('conf:/a.txt'), 'written');
    rmSync(path.join(folder, 'Shop.car'));
    scan();
    assert.equal(registryText('conf:/a.txt'), 'written');
  });

  it('a resource outside of the registry keeps the application out', () => {
    for (const target of ['/etc', '/_system/governance/../../etc']) {
      const list = `<item><file>a.txt</file><path>${target}</path></item>`;
      put('Shop.car', carZip('Shop', { Res: resources(list, { 'a.txt': 'A' }) }));
      assert.match(scan().join(), /error The registry path .* is in none of/);
    }
  });

  it('a connector among the artifacts needs no import, and its operations are known to the others', () => {
    const flow = sequence('Flow', '<shop.order><sku>1</sku></shop.order>');
    put('Shop.car', carZip('Shop', { Flow: flow, connector: shop() }));
    assert.deepEqual(scan(), []);
    assert.ok(deployed.sequence('Flow'));
    assert.ok(deployed.sequenceTemplate('com.example.shop.order'));
    put('late.xml', sequence('Late', '<shop.order/>').content);
    assert.deepEqual(scan(), []);
    rmSync(path.join(folder, 'Shop.car'));
    scan();
    assert.equal(deployed.sequenceTemplate('com.example.shop.order'), undefined);
  });

  it('a sequence that waits for its connector is deployed when the connector comes', () => {
    put('a.xml', sequence('Late', '<shop.order/>').content);
    assert.match(scan().join(), /a.xml error Unknown mediator <shop.order>/);
    put('Shop.car', carZip('Shop', { lib: shop() }));
    assert.deepEqual(scan(), []);
    assert.ok(deployed.sequence('Late'));
  });

  it('several applications and the server may have the same connector; it is there until the last of them goes', () => {
    put('imports/shop.xml', importXml('shop'));
    put('One.car', carZip('One', { lib: shop() }));
    put('Two.car', carZip('Two', { lib: shop(), Flow: sequence('Flow', '<shop.order/>') }));
    assert.deepEqual(scan(), []);
    for (const [file, isThere] of [
      ['One.car', true],
      ['Two.car', false],
    ] as const) {
      rmSync(path.join(folder, file));
      scan();
      assert.equal(deployed.sequenceTemplate('com.example.shop.order') !== undefined, isThere);
    }
    assert.ok(logs.includes("INFO Synapse Library named '{com.example}shop' has been undeployed"), logs.join('\n'));
  });

  it('applications in an application come first', () => {
    const inner = carZip('Inner', { lib: shop() });
    put('Shop.car', carZip('Shop', { Flow: sequence('Flow', '<shop.order/>') }, { 'dependencies/inner.car': inner }));
    assert.deepEqual(scan(), []);
    assert.deepEqual([...deployed.applications.keys()], ['Inner_1.0.0', 'Shop_1.0.0']);
    assert.ok(deployed.sequence('Flow'));
  });

  it('artifacts 4.4: versioned deployment is said to be by plain names', () => {
    const more = { 'descriptor.xml': '<descriptor><versionedDeployment>true</versionedDeployment></descriptor>' };
    put('Shop.car', carZip('Shop', { Flow: sequence('Flow') }, more));
    assert.deepEqual(scan(), [
      'Shop.car/descriptor.xml warning Artifacts are deployed by their own names, without versions',
    ]);
    assert.ok(deployed.sequence('Flow'));
  });

  it('a configuration key without a value is named', () => {
    const config = { type: 'config/property', file: 'config.properties', content: 'known:string\nother:int\n' };
    put('Shop.car', carZip('Shop', { config }));
    assert.deepEqual(scan(), ['Shop.car/config_1.0.0/artifact.xml warning The value of the key:[other] is not found.']);
  });

  it('artifacts 4.1: applications of a server folder', () => {
    put('server/synapse-configs/default/sequences/a.xml', sequence('A').content);
    put('server/carbonapps/Shop.car', carZip('Shop', { Flow: sequence('Flow') }));
    files = new ArtifactFiles(deployed, [path.join(folder, 'server')]);
    assert.deepEqual(files.scan(), []);
    assert.ok(deployed.sequence('Flow') && deployed.sequence('A'));
  });
});

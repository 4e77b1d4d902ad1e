import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineMediator, type MediatorDefinition, type RunResult, run } from '../../../runtime/index.js';
import { type Backend, startBackend } from '../../endpoint/harness.js';
import { connectorZip, importXml, type OperationXml } from '../zip.js';

const say = (name: string, expression: string) =>
  `<log level="custom"><property name="${name}" expression="${expression}"/></log>`;
const parameter = (...names: string[]) => names.map((name) => `<parameter name="${name}"/>`).join('');
const sequence = (mediators: string) =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">\n${mediators}\n</sequence>`;
const connection = (key: string, content: string) =>
  `<localEntry xmlns="http://ws.apache.org/ns/synapse" key="${key}">${content}</localEntry>`;

/** A connector as they are written: init keeps what the connection says, operations call the service by it. */
const shop: Readonly<Record<string, OperationXml>> = {
  init: [
    parameter('url', 'token'),
    `<property name="uri.var.shop" expression="$func:url"/><property name="shop.key" expression="$func:INIT_CONFIG_KEY"/>${say('init', '$func:url')}`,
  ],
  order: [
    '<parameter name="sku"/><parameter name="quantity" defaultValue="1"/>',
    `<payloadFactory media-type="json"><format>{"sku":"$1","quantity":$2}</format><args><arg evaluator="xml" expression="$func:sku"/><arg evaluator="xml" expression="$func:quantity"/></args></payloadFactory>
     <call><endpoint><http method="POST" uri-template="{uri.var.shop}/orders"/></endpoint></call>`,
  ],
  show: [parameter('a', 'b'), `${say('a', '$func:a')}${say('b', '$func:b')}`],
  twice: [parameter('a'), '<shop.show><a>{$func:a}</a></shop.show><call-template target="com.example.shop.show"/>'],
  stop: ['', '<drop/>'],
  fails: ['', '<throwError errorMessage="no"/>'],
  java: [parameter('a'), '<log/>\n<class name="org.wso2.carbon.connector.shop.Java"/>'],
  nested: ['', '<shop.java/>'],
  again: ['', '<filter xpath="false()"><then><shop.again/></then></filter>'],
};

describe('operations of connectors', () => {
  let folder: string;
  let backend: Backend;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-connector-'));
    backend = await startBackend();
    put('synapse-libs/shop-connector-1.0.0.zip', connectorZip('shop', shop));
    put('synapse-configs/default/imports/{com.example}shop.xml', importXml('shop'));
  });
  afterEach(() => {
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function put(name: string, content: string | Uint8Array): void {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  const entry = (key: string, content: string) =>
    put(`synapse-configs/default/local-entries/${key}.xml`, connection(key, content));

  const flow = (mediators: string, mediator?: MediatorDefinition): Promise<RunResult> =>
    run(
      sequence(mediators),
      { contentType: 'application/json', body: '{"sku":"s-1","o":{"k":1}}' },
      { deploy: [folder], ...(mediator ? { mediators: [mediator] } : {}) },
    );

  const logs = ({ logs }: RunResult) => logs.map(({ text }) => text).filter((text) => !text.startsWith('Deployer'));
  const refusal = async (mediators: string) => {
    const failed = await flow(mediators).then(
      ({ error }) => error?.message,
      (error: Error) => error.message,
    );
    assert.ok(failed, 'it was not refused');
    return failed;
  };

  it('mediators 8.2: an operation calls its template, after the connection of its configKey', async () => {
    entry('store', `<shop.init><url>${backend.url}/v1</url></shop.init>`);
    const result = await flow('<shop.order configKey="store"><sku>{json-eval($.sku)}</sku></shop.order>');
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    assert.deepEqual(
      backend.seen.map(({ method, url, body }) => [method, url, body]),
      [['POST', '/v1/orders', '{"sku":"s-1","quantity":1}']],
    );
    assert.equal(result.message.body, '{"ok":1}');
    assert.equal(result.message.properties.default['shop.key'], 'store');
  });

  it('mediators 8.2: the connection runs at every call; its key may be an expression', async () => {
    entry('one', '<shop.init><url>u1</url></shop.init>');
    entry('two', '<shop.init><url>{$ctx:second}</url></shop.init>');
    const result = await flow(
      '<property name="second" value="u2"/><shop.show configKey="one"/><property name="second" value="u3"/><shop.show configKey="{concat(\'t\',\'wo\')}"/><shop.show configKey="one"/>',
    );
    assert.deepEqual(
      logs(result).filter((line) => line.startsWith('init')),
      ['init = u1', 'init = u3', 'init = u1'],
    );
    assert.equal(result.message.properties.default['shop.key'], 'one');
  });

  it('mediators 8.2: a connection that stops, stops the flow before the operation', async () => {
    put('synapse-libs/halt.zip', connectorZip('halt', { init: ['', '<drop/>'], go: ['', say('go', "'1'")] }));
    put('synapse-configs/default/imports/halt.xml', importXml('halt'));
    entry('halted', '<halt.init/>');
    const result = await flow(`<halt.go configKey="halted"/>${say('after', "'1'")}`);
    assert.equal(result.outcome, 'dropped');
    assert.deepEqual(logs(result), []);
  });

  it('mediators 8.2: a connection that does not exist, or is none, is a fault', async () => {
    entry('text', 'hello');
    entry('other', '<respond/>');
    assert.equal(
      await refusal('<shop.show configKey="none"/>'),
      'There is no local entry none with a connection of a connector',
    );
    assert.equal(
      await refusal('<shop.show configKey="text"/>'),
      'There is no local entry text with a connection of a connector',
    );
    assert.match(await refusal('<shop.show configKey="other"/>'), /^The local entry other is no connection: Unknown/);
  });

  it('mediators 8.2: parameters are texts or expressions, an empty one is not passed', async () => {
    const result = await flow(
      '<shop.show><a>x {y}</a><b>{${payload.sku}}</b></shop.show><shop.show><a/><b>{json-eval($.o)}</b></shop.show>',
    );
    assert.deepEqual(logs(result), ['a = x {y}', 'b = s-1', 'a = null', 'b = {"k":1}']);
  });

  it('mediators 8.2: a parameter with attributes or children is a structure', async () => {
    let seen: unknown;
    const port = defineMediator({
      name: 'shopJava',
      javaClass: 'org.wso2.carbon.connector.shop.Java',
      summary: 'Port.',
      attributes: {},
      compile: () => ({
        contentAware: false,
        mediate(message) {
          seen = message.functionStack.at(-1)?.parameters.get('a');
          return true;
        },
      }),
    });
    const result = await flow(
      '<shop.java><a kind="{json-eval($.sku)}" empty=""><row>1</row><row n="2">{$ctx:none}</row></a></shop.java>',
      port,
    );
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    const plain = JSON.parse(
      JSON.stringify(seen, (_, value) => (value instanceof Map ? Object.fromEntries(value) : value)),
    );
    assert.deepEqual(plain, {
      name: 'a',
      attributes: { kind: 's-1' },
      children: [
        { name: 'row', value: '1', attributes: {}, children: [] },
        { name: 'row', attributes: { n: '2' }, children: [] },
      ],
    });
  });

  it('mediators 8.2: operations of a connector use each other, by element and by the full name', async () => {
    const result = await flow('<shop.twice><a>1</a></shop.twice><shop.again/>');
    assert.equal(result.error, undefined, JSON.stringify(result.error));
    assert.deepEqual(logs(result), ['a = 1', 'b = null', 'a = null', 'b = null']);
  });

  it('mediators 8.1: responseVariable keeps the body of the message', async () => {
    entry('store', `<shop.init><url>${backend.url}</url></shop.init>`);
    const result = await flow(
      `<shop.order configKey="store"><sku>a</sku><responseVariable>answer</responseVariable></shop.order>${say('ok', '${vars.answer.payload.ok}')}`,
    );
    assert.deepEqual(logs(result).at(-1), 'ok = 1');
    assert.equal(result.message.body, '{"sku":"s-1","o":{"k":1}}');
  });

  it('mediators 8.2: an operation that stops or fails is as if its mediators stood there', async () => {
    assert.equal((await flow('<shop.stop/>')).outcome, 'dropped');
    assert.equal((await flow('<shop.fails/>')).error?.message, 'no');
  });

  it('mediators 8.2: an operation that needs Java is refused with the place in the connector', async () => {
    const place = '/synapse-libs/shop-connector-1.0.0.zip/all/java.xml:4:14)';
    const reason = await refusal('<shop.java/>');
    assert.match(reason, /<shop.java> cannot run here: The class mediator org.wso2.carbon.connector.shop.Java is Java/);
    assert.ok(reason.includes(place), reason);
    assert.match(
      await refusal('<shop.nested/>'),
      /<shop.nested> cannot run here: <shop.java> cannot run here: The class/,
    );
  });

  it('mediators 2.1: an unknown operation is refused with the nearest one', async () => {
    assert.match(await refusal('<shop.oder/>'), /Unknown mediator <shop.oder>/);
  });

  it('mediators 2.1: without its import a connector is not known', async () => {
    rmSync(path.join(folder, 'synapse-configs/default/imports/{com.example}shop.xml'));
    assert.match(await refusal('<shop.show/>'), /Unknown mediator <shop.show>/);
    put('synapse-configs/default/imports/{com.example}shop.xml', importXml('shop', 'disabled'));
    assert.match(await refusal('<shop.show/>'), /Unknown mediator <shop.show>/);
  });

  it('artifacts 4.1: a connector of an MI project needs no import', async () => {
    rmSync(folder, { recursive: true });
    put('src/main/wso2mi/resources/connectors/shop-connector-1.0.0.zip', connectorZip('shop', shop));
    put(
      'src/main/wso2mi/artifacts/sequences/other.xml',
      sequence('<shop.show><a>2</a></shop.show>').replace('"s"', '"other"'),
    );
    assert.deepEqual(logs(await flow('<sequence key="other"/>')), ['a = 2', 'b = null']);
  });

  it('mediators 8.2: the local entries of a connector are there', async () => {
    const more = { 'local-entries/shop-text.xml': connection('shop-text', 'from the zip') };
    put('synapse-libs/shop-connector-1.0.0.zip', connectorZip('shop', shop, more));
    assert.deepEqual(logs(await flow(say('e', "get-property('shop-text')"))), ['e = from the zip']);
  });
});

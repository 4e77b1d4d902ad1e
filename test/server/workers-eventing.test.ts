import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventingRequest, post, Sink, subscription, withNamespace } from '../eventing/world.js';
import { MediantProcess } from '../scenarios/mediant-process.js';

const source = `<eventSource name="Orders"><subscriptionManager class="org.apache.synapse.eventing.managers.DefaultInMemorySubscriptionManager">
  <property name="topicHeaderName" value="Topic"/><property name="topicHeaderNS" value="http://apache.org/aip"/></subscriptionManager></eventSource>`;
/** Publishes, and answers which process did. */
const publisher = `<api name="Publish" context="/publish"><resource methods="POST"><inSequence><eventPublisher eventSourceName="Orders"/><pid/><respond/></inSequence></resource></api>`;
const module = `export const pid = { name: 'pid', summary: 'Tells the process.', attributes: {}, compile: () => ({
  contentAware: false, mediate: (message) => { message.headers.set('X-Pid', String(process.pid)); return true; } }) };`;

describe('mediators 12: event sources in the gateway processes of --workers', function () {
  this.timeout(60_000);
  const sink = new Sink();
  let folder: string;
  let server: MediantProcess;

  // Each call has a connection of its own, which is another process's turn.
  const ask = (operation: string, parts: Parameters<typeof eventingRequest>[1]) =>
    post(`${server.url('gateway')}/services/Orders`, ...eventingRequest(operation, parts));
  const publish = () => post(`${server.url('gateway')}/publish`, '{}', { 'Content-Type': 'application/json' });
  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
  };

  before(async () => {
    await sink.start();
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-eventing-'));
    writeFileSync(path.join(folder, 'orders.xml'), withNamespace(source));
    writeFileSync(path.join(folder, 'publish.xml'), withNamespace(publisher));
    writeFileSync(path.join(folder, 'pid.mjs'), module);
    const options = ['--workers', '2', '--deploy', folder, '--module', path.join(folder, 'pid.mjs')];
    server = await MediantProcess.start(options);
  });
  after(async () => {
    await server?.stop();
    sink.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a subscription that one process has taken is known to all, until the event source goes', async () => {
    const { body } = await ask('Subscribe', { body: subscription(sink.url('/a'), { expires: 'P1D' }) });
    const id = /<wse:Identifier>([^<]+)</.exec(body)?.[1] ?? '';
    const pids = new Set<unknown>();
    for (let count = 0; count < 6; count++) pids.add((await publish()).headers['x-pid']);
    assert.equal(pids.size, 2);
    await until(() => sink.received.length === 6);

    for (let count = 0; count < 4; count++) assert.equal((await ask('GetStatus', { id })).status, 200);
    const renewed = await ask('Renew', { id, body: '<wse:Expires>2090-01-01T00:00:00Z</wse:Expires>' });
    assert.equal(renewed.status, 200);
    for (let count = 0; count < 4; count++) assert.match((await ask('GetStatus', { id })).body, /2090/);

    // A new version of the file, taken by one process after the other, loses nothing.
    writeFileSync(path.join(folder, 'orders.xml'), withNamespace(source.replace('Topic', 'Subject')));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (let count = 0; count < 4; count++) assert.equal((await ask('GetStatus', { id })).status, 200);

    rmSync(path.join(folder, 'orders.xml'));
    await until(async () => !(await ask('GetStatus', { id })).body.includes('GetStatusResponse'));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    writeFileSync(path.join(folder, 'orders.xml'), withNamespace(source));
    await until(async () => (await ask('GetStatus', { id })).body.includes('Subscription Not Found'));
  });

  it('a subscription that one process has ended is ended for all', async () => {
    const { body } = await ask('Subscribe', { body: subscription(sink.url('/b')) });
    const id = /<wse:Identifier>([^<]+)</.exec(body)?.[1] ?? '';
    assert.equal((await ask('Unsubscribe', { id })).status, 200);
    for (let count = 0; count < 4; count++) assert.equal((await ask('GetStatus', { id })).status, 500);
  });

  it('a server that ends waits for the events that are on their way', async () => {
    await ask('Subscribe', { body: subscription(sink.url('/slow')) });
    await publish();
    await until(() => sink.received.some((event) => event.path === '/slow'));
    await server.kill('SIGTERM');
    await until(() => sink.waitedFor !== undefined);
    assert.equal(sink.waitedFor, true);
  });
});

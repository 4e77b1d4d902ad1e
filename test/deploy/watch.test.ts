import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MediantProcess } from '../scenarios/mediant-process.js';
import { carZip, connectorZip, importXml } from './zip.js';

const api = (name: string, context: string, text: string): string =>
  `<api xmlns="http://ws.apache.org/ns/synapse" name="${name}" context="${context}">
  <resource methods="GET"><inSequence>
    <payloadFactory media-type="text"><format>${text}</format><args/></payloadFactory>
    <respond/>
  </inSequence></resource>
</api>`;

const broken = (text: string): string => api('Hello', '/hello', text).replace('<respond/>', '<respnd/>');

describe('artifacts 4.2: hot deployment', () => {
  let folder: string;
  let server: MediantProcess;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-watch-'));
    put('api.xml', api('Hello', '/hello', 'one'));
    server = await MediantProcess.start(['--deploy', folder]);
  });

  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string): string => path.join(folder, name);

  function put(name: string, text: string): void {
    writeFileSync(file(name), text);
  }

  /** Asks until the answer is what is expected; the time is a bound against hanging, not a measurement. */
  async function expectAnswer(target: string, expected: string | number): Promise<void> {
    let last: unknown;
    for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const response = await fetch(server.url('gateway') + target);
      const text = await response.text();
      last = typeof expected === 'number' ? response.status : text;
      if (last === expected) return;
    }
    assert.equal(last, expected, server.output);
  }

  async function expectLog(line: string): Promise<void> {
    for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      if (server.output.includes(line)) return;
    }
    assert.fail(`no line ${line} in:\n${server.output}`);
  }

  it('a changed file takes effect', async () => {
    await expectAnswer('/hello', 'one');
    put('api.xml', api('Hello', '/hello', 'two'));
    await expectAnswer('/hello', 'two');
    await expectLog('Initializing API: Hello');
    await expectLog(`API: Hello has been updated from the file: ${file('api.xml')}`);
  });

  it('a file that replaces another one by its name takes effect, as editors save', async () => {
    put('api.xml~', api('Hello', '/hello', 'renamed'));
    renameSync(file('api.xml~'), file('api.xml'));
    await expectAnswer('/hello', 'renamed');
  });

  it('a new file takes effect, in a new folder too', async () => {
    put('second.xml', api('Second', '/second', 'second'));
    await expectAnswer('/second', 'second');
    await expectLog(`API named 'Second' has been deployed from file : ${file('second.xml')}`);
    mkdirSync(file('api'));
    put('api/third.xml', api('Third', '/third', 'third'));
    await expectAnswer('/third', 'third');
  });

  it('a removed file is undeployed', async () => {
    rmSync(file('second.xml'));
    await expectAnswer('/second', 404);
    await expectLog('Destroying API: Second');
    await expectLog("API named 'Second' has been undeployed");
  });

  it('a broken version is told with line and column, and the one before stays', async () => {
    put('api.xml', broken('broken'));
    await expectLog(`Update of the Synapse Artifact from file : ${file('api.xml')} : Failed!`);
    await expectLog(`${file('api.xml')}:4:5 error Unknown mediator <respnd> (did you mean <respond>?)`);
    await expectLog(`The version of ${file('api.xml')} before this one stays active`);
    await expectAnswer('/hello', 'renamed');
    put('api.xml', api('Hello', '/hello', 'repaired'));
    await expectAnswer('/hello', 'repaired');
  });

  it('a broken new file is told and harms nothing', async () => {
    put('new.xml', '<api');
    await expectLog(`Deployment of the Synapse Artifact from file : ${file('new.xml')} : Failed!`);
    await expectLog(`${file('new.xml')}:1:`);
    await expectAnswer('/hello', 'repaired');
  });

  it('a file whose artifact has another name now undeploys the old one', async () => {
    put('api.xml', api('Renamed', '/renamed', 'renamed'));
    await expectAnswer('/renamed', 'renamed');
    await expectAnswer('/hello', 404);
  });

  it('a taken name is refused, and taken when it is free', async () => {
    put('other.xml', api('Renamed', '/other', 'other'));
    await expectLog('other.xml:1:1 error Duplicate resource definition by the name: Renamed');
    await expectAnswer('/renamed', 'renamed');
    rmSync(file('api.xml'));
    await expectAnswer('/other', 'other');
    await expectAnswer('/renamed', 404);
  });

  it('every kind is named in the log; a changed sequence counts in the APIs that use it', async () => {
    const xmlns = 'xmlns="http://ws.apache.org/ns/synapse"';
    const sequence = (text: string): string =>
      `<sequence ${xmlns} name="answer"><payloadFactory media-type="text"><format>${text}</format></payloadFactory><respond/></sequence>`;
    put('a.xml', `<endpoint ${xmlns} name="e"><address uri="http://127.0.0.1:1/"/></endpoint>`);
    put('b.xml', `<localEntry ${xmlns} key="l">text</localEntry>`);
    put('c.xml', `<template ${xmlns} name="t"><sequence><drop/></sequence></template>`);
    put('d.xml', `<template ${xmlns} name="et"><endpoint><address uri="http://127.0.0.1:1/"/></endpoint></template>`);
    put('e.xml', `<proxy ${xmlns} name="P"><target><inSequence><sequence key="answer"/></inSequence></target></proxy>`);
    put('f.xml', sequence('before'));
    await expectAnswer('/services/P', 'before');
    for (const named of ["Endpoint named 'e'", "LocalEntry named 'l'", "Template named 't'"]) await expectLog(named);
    for (const named of ["Endpoint Template named 'et'", "ProxyService named 'P'", "Sequence named 'answer'"])
      await expectLog(named);
    put('f.xml', sequence('after'));
    await expectAnswer('/services/P', 'after');
    await expectLog(`Sequence: answer has been updated from the file: ${file('f.xml')}`);
  });

  it('a folder that is removed undeploys what came from it', async () => {
    rmSync(file('api'), { recursive: true });
    await expectAnswer('/third', 404);
  });
});

describe('artifacts 4.1, 4.3: hot deployment of applications and connectors in a server folder', () => {
  let folder: string;
  let server: MediantProcess;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(path.join(tmpdir(), 'mediant-watch-'));
    mkdirSync(path.join(folder, 'synapse-configs/default/imports'), { recursive: true });
    mkdirSync(path.join(folder, 'synapse-configs/default/sequences'));
    mkdirSync(path.join(folder, 'carbonapps'));
    server = await MediantProcess.start(['--deploy', folder]);
  });

  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (name: string, content: string | Uint8Array): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  const application = (text: string) =>
    carZip('Hello', { Hello: { type: 'synapse/api', content: api('Hello', '/hello', text) } });

  async function expectText(url: string, expected: string | RegExp): Promise<void> {
    let text = '';
    for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const response = await fetch(url);
      text = `${response.status} ${await response.text()}`;
      if (typeof expected === 'string' ? text === expected : expected.test(text)) return;
    }
    assert.fail(`${text} instead of ${expected}\n${server.output}`);
  }

  it('an application comes, changes, breaks, and goes', async () => {
    const hello = `${server.url('gateway')}/hello`;
    const health = `${server.url('internal')}/healthz`;
    put('carbonapps/Hello.car', application('one'));
    await expectText(hello, '200 one');
    put('carbonapps/Hello.car', application('two'));
    await expectText(hello, '200 two');
    await expectText(health, /^200 .*"ready"/);
    put('carbonapps/Hello.car', carZip('Hello', { Hello: { type: 'synapse/api', content: broken('three') } }));
    await expectText(health, /^500 .*"Faulty CAPPs" : \["Hello.car"\]/);
    await expectText(hello, '200 two');
    rmSync(path.join(folder, 'carbonapps/Hello.car'));
    await expectText(hello, /^404/);
    await expectText(health, /^200 /);
  });

  it('a connector comes after the API that uses it, in a folder that was not there, and changes', async () => {
    const shout = (text: string) =>
      connectorZip('voice', {
        shout: ['', `<payloadFactory media-type="text"><format>${text}</format><args/></payloadFactory>`],
      });
    const loud = api('Loud', '/loud', '-').replace('<respond/>', '<voice.shout/><respond/>');
    put('synapse-configs/default/api/loud.xml', loud);
    put('synapse-configs/default/imports/voice.xml', importXml('voice'));
    put('synapse-libs/voice-connector-1.0.0.zip', shout('HEY'));
    await expectText(`${server.url('gateway')}/loud`, '200 HEY');
    put('synapse-libs/voice-connector-1.0.0.zip', shout('HO'));
    await expectText(`${server.url('gateway')}/loud`, '200 HO');
  });
});

describe('artifacts 4.2: [server] hot_deployment = false', () => {
  it('leaves a changed file alone', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'mediant-watch-'));
    const folder = path.join(home, 'artifacts');
    mkdirSync(folder);
    writeFileSync(path.join(home, 'deployment.toml'), '[server]\nhot_deployment = false\n');
    writeFileSync(path.join(folder, 'api.xml'), api('Hello', '/hello', 'one'));
    const server = await MediantProcess.start(['--deploy', folder], { home });
    try {
      writeFileSync(path.join(folder, 'api.xml'), api('Hello', '/hello', 'two'));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      assert.equal(await (await fetch(`${server.url('gateway')}/hello`)).text(), 'one');
    } finally {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    }
  });
});

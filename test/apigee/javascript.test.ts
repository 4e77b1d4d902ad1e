import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { PolicyFault } from '../../runtime/apigee/fault.js';
import { Fields } from '../../runtime/apigee/fields.js';
import { FlowContext } from '../../runtime/apigee/flow-context.js';
import { ApigeeMessage } from '../../runtime/apigee/message.js';
import type { Organization } from '../../runtime/apigee/organization.js';
import { javascript } from '../../runtime/apigee/policies/javascript.js';
import type { PolicyContext } from '../../runtime/apigee/policy.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';

const transport = new HttpTransport();
const logged: string[] = [];
/** One deployed revision: its messages take the same realms, one after the other. */
const proxy = { name: 'p', revision: '1', endpoint: 'default', basePath: '/p' };

function newFlow(): FlowContext {
  const flow = new FlowContext({
    runtime: {
      organization: { name: 'org' } as Organization,
      environment: 'test',
      transport,
      now: () => Date.now(),
      log: (_level, text) => logged.push(text),
    },
    proxy,
    client: { address: '127.0.0.1', secure: false, host: 'gw:8280', port: 8280 },
    request: ApigeeMessage.request({
      verb: 'POST',
      path: '/p/search',
      query: 'q=a%20b&q=c&lang=es',
      headers: Fields.headers(['Accept', 'application/json', 'accept', 'text/xml', 'Content-Type', 'application/json']),
      body: '{"n":1,"list":[1,2]}',
    }),
    pathSuffix: '/search',
    basePath: '/p',
  });
  return flow;
}

function compile(
  scripts: Record<string, string>,
  xml = '<Javascript name="js"><ResourceURL>jsc://main.js</ResourceURL></Javascript>',
) {
  const root = parseConfiguration(xml, 'js.xml');
  const context: PolicyContext = {
    name: 'js',
    report: () => assert.fail('nothing to report'),
    resource: (url, element) => {
      const name = url.replace('jsc://', '');
      const text = scripts[name] ?? element.fail('missing-resource', `no ${url}`);
      return { path: `jsc/${name}`, bytes: Buffer.from(text), text };
    },
    condition: () => assert.fail('no condition'),
  };
  return javascript.compile(root, context);
}

async function run(flow: FlowContext, main: string, xml?: string): Promise<void> {
  await compile({ 'main.js': main }, xml).run(flow);
}

describe('Apigee: Javascript', () => {
  let flow: FlowContext;
  beforeEach(() => {
    flow = newFlow();
  });
  afterEach(() => flow.end());
  after(() => transport.close());

  /** Scripts set the variable `r` to a text. */
  const rows: [name: string, script: string, expected: unknown][] = [
    ['an unset variable is null', 'String(context.getVariable("no") === null)', 'true'],
    ['a variable of the request', 'context.getVariable("request.queryparam.lang")', 'es'],
    ['the flow', 'context.flow', 'PROXY_REQ_FLOW'],
    ['a header is a text', '"" + request.headers["content-type"]', 'application/json'],
    ['values of a header by number', 'String(request.headers["Accept"][0] === "application/json")', 'true'],
    ['how many values', 'String(request.headers.Accept.length())', '2'],
    ['methods of texts', 'request.headers.Accept.split("/").join("|")', 'application|json'],
    ['an absent header', 'typeof request.headers.Nothing', 'undefined'],
    ['names of headers', 'var a = []; for (var n in request.headers) a.push(n); a.join()', 'Accept,Content-Type'],
    ['query parameters', 'request.queryParams.q + " " + request.queryParams["q"][1]', 'a b c'],
    [
      'method, path, url',
      '[request.method, request.verb, request.path, request.url].join(" ")',
      'POST POST /p/search http://gw:8280/p/search?q=a%20b&q=c&lang=es',
    ],
    ['content is a text', 'request.content.length + " " + JSON.parse(request.content).n', '20 1'],
    ['body is content', 'String(request.body == \'{"n":1,"list":[1,2]}\')', 'true'],
    ['asJSON', 'String(request.content.asJSON.list.length)', '2'],
    ['implicit globals and var hoisting', 'x = 5; String(typeof y + x); var y = 1;', 'undefined5'],
    ['functions are hoisted', 'f(); function f() { return "hoisted" }', 'hoisted'],
    ['digests', 'crypto.getSHA256().update("a").digest64()', 'ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='],
    ['no Node', '[typeof require, typeof process, typeof fetch].join()', 'undefined,undefined,undefined'],
  ];
  for (const [name, script, expected] of rows) {
    it(`api-management 2.8: ${name}`, async () => {
      await run(flow, `context.setVariable("r", eval(${JSON.stringify(script)}));`);
      assert.equal(String(flow.get('r')), expected);
    });
  }

  const effects: [name: string, script: string, variable: string, expected: unknown][] = [
    ['sets a header', 'request.headers["X-A"] = "1"', 'request.header.x-a', '1'],
    ['deletes a header', 'delete request.headers["Accept"]', 'request.header.accept', undefined],
    ['sets a query parameter', 'request.queryParams.q = "bicicleta"', 'request.querystring', 'lang=es&q=bicicleta'],
    [
      'sets a variable of a message',
      'context.setVariable("request.queryparam.lang", "fr")',
      'request.queryparam.lang',
      'fr',
    ],
    ['assigns content', 'request.content = JSON.stringify({ a: 1 })', 'request.content', '{"a":1}'],
    ['assigns the verb', 'request.method = "PUT"', 'request.verb', 'PUT'],
    [
      'changes of the parsed content are written back',
      'request.content.asJSON.n = 2',
      'request.content',
      '{"n":2,"list":[1,2]}',
    ],
    ['fields of cleared content', 'request.content = ""; request.content.asJSON.a = 1;', 'request.content', '{"a":1}'],
    ['a number stays a number', 'context.setVariable("n", 3)', 'n', 3],
    ['a boolean stays one', 'context.setVariable("b", true)', 'b', true],
    ['removes a variable', 'context.setVariable("a", 1); context.removeVariable("a")', 'a', undefined],
    ['null removes', 'context.setVariable("a", 1); context.setVariable("a", null)', 'a', undefined],
    ['names with dots and hyphens', 'context.setVariable("twitter-translate.x", "1")', 'twitter-translate.x', '1'],
    ['print goes to the log', 'print("seen", 1)', 'none', undefined],
  ];
  for (const [name, script, variable, expected] of effects) {
    it(`api-management 2.8: ${name}`, async () => {
      await run(flow, script);
      assert.deepEqual(flow.get(variable), expected);
    });
  }

  it('print goes to the log', async () => {
    await run(flow, 'print("seen", 1)');
    assert.ok(logged.includes('seen 1'));
  });

  it('the response: content, status and headers', async () => {
    flow.response = ApigeeMessage.response({ status: 404, reason: 'Not Found', body: '<a b="1"><c>x</c><c>y</c></a>' });
    flow.phase = 'proxy-response';
    await run(
      flow,
      `context.setVariable("r", [response.status == 404, response.status.code, response.status.message,
         response.content.asXML.c[1].toString(), response.content.asXML['@b'], context.proxyResponse.content.length].join());
       context.proxyResponse.headers['X-B'] = 'b'; response.status = 200;`,
    );
    assert.equal(flow.get('r'), 'true,404,Not Found,y,1,29');
    assert.equal(flow.response.status, 200);
    assert.equal(flow.response.headers.get('x-b'), 'b');
  });

  it('api-management 2.4: objects keep their identity between the scripts of a message', async () => {
    await run(
      flow,
      'var o = { n: 1, self: function () { return this.n } }; context.setVariable("o", o); context.session.s = o;',
    );
    await run(flow, 'var o = context.getVariable("o"); o.n = 2; context.setVariable("same", o === context.session.s);');
    await run(flow, 'context.setVariable("n", context.getVariable("o").self());');
    assert.equal(flow.get('same'), true);
    assert.equal(flow.get('n'), 2);
    assert.equal(String(flow.get('o')), '{"n":2}');
  });

  it('globals do not outlive a script, nor reach another message', async () => {
    await run(flow, 'leaked = 1; var response = "mine"; request = null;');
    await run(flow, 'context.setVariable("r", typeof leaked + typeof response + typeof request)');
    assert.equal(flow.get('r'), 'undefinedobjectobject');
    await run(flow, 'Object.prototype.polluted = 1; context.session.x = 1');
    flow.end();
    // The realm is given back in the background.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const other = newFlow();
    await run(other, 'context.setVariable("r", typeof {}.polluted + typeof context.session.x)');
    assert.equal(other.get('r'), 'undefinedundefined');
    other.end();
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it('includes run first in the same scope; properties', async () => {
    const xml =
      '<Javascript name="js"><Properties><Property name="p">v</Property></Properties><ResourceURL>jsc://main.js</ResourceURL><IncludeURL>jsc://lib.js</IncludeURL></Javascript>';
    await compile(
      { 'lib.js': 'var lib = function () { return 7 }', 'main.js': 'context.setVariable("r", lib() + properties.p)' },
      xml,
    ).run(flow);
    assert.equal(flow.get('r'), '7v');
  });

  const faults: [name: string, script: string, code: string, text: RegExp][] = [
    [
      'an error',
      'throw new Error("bad")',
      'steps.javascript.ScriptExecutionFailed',
      /^Execution of js failed with error: .*Error: bad/,
    ],
    ['a text', 'throw "described"', 'steps.javascript.ScriptExecutionFailed', /described/],
    ['a mistake', 'nothing.here()', 'steps.javascript.ScriptExecutionFailed', /ReferenceError/],
    ['an endless loop', 'for (;;) {}', 'steps.javascript.ScriptExecutionTimeout', /limit of 100ms/],
    [
      'too much memory',
      'var a = []; for (;;) a.push(new Uint8Array(1e7))',
      'steps.javascript.ScriptExecutionFailed',
      /more than \d+ bytes/,
    ],
    ['endless recursion', 'function f() { f() } f()', 'steps.javascript.ScriptExecutionFailed', /stack/],
  ];
  for (const [name, script, code, text] of faults) {
    it(`api-management 2.7: ${name} is a fault, and later messages are not touched`, async () => {
      const xml = `<Javascript name="js" timeLimit="${name.includes('loop') ? 100 : 5000}"><ResourceURL>jsc://main.js</ResourceURL></Javascript>`;
      await assert.rejects(run(flow, script, xml), (fault: unknown) => {
        assert.ok(fault instanceof PolicyFault);
        assert.deepEqual([fault.code, fault.status], [code, 500]);
        assert.match(fault.message, text);
        return true;
      });
      const other = newFlow();
      await run(other, 'context.setVariable("r", "fine")');
      assert.equal(other.get('r'), 'fine');
      other.end();
    }).timeout(20_000);
  }

  it('a script that does not parse is refused at deploy, with file and line', () => {
    assert.throws(() => compile({ 'main.js': 'var a;\nvar b = = 1;' }), /jsc\/main\.js:2/);
    assert.throws(() => compile({ 'main.js': 'var c = rss.channel.@y;' }), /jsc\/main\.js:1/);
    assert.throws(() => compile({}), /no jsc:\/\/main\.js/);
  });

  describe('httpClient', () => {
    const seen: string[] = [];
    let server: http.Server;
    let url: string;
    before(async () => {
      server = http.createServer((request, response) => {
        let body = '';
        request.on('data', (data) => (body += data));
        request.on('end', () => {
          seen.push(
            [
              request.method,
              request.url,
              request.headers['content-type'] ?? '-',
              request.headers['x-a'] ?? '-',
              body,
            ].join(' '),
          );
          if (request.url === '/never') return;
          response.statusCode = request.url === '/missing' ? 404 : 200;
          response.setHeader('X-Answer', ['1', '2']);
          setTimeout(() => response.end(`{"at":"${request.url}"}`), 30);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    beforeEach(() => seen.splice(0));
    after(() => {
      server.closeAllConnections();
      server.close();
    });

    it('get, waitForComplete, getResponse', async () => {
      await run(
        flow,
        `var e = httpClient.get('${url}/a?x=1'); var before = e.isComplete(); e.waitForComplete();
         var r = e.getResponse();
         context.setVariable('r', [before, e.isSuccess(), e.isError(), r.status == 200, r.headers['x-answer'][1], r.content.asJSON.at].join());`,
      );
      assert.equal(flow.get('r'), 'false,true,false,true,2,/a?x=1');
    });

    it('send: headers of the script, a form when nothing else is said, headers of the connection left out', async () => {
      await run(
        flow,
        `httpClient.send(new Request('${url}/f', 'POST', { 'X-A': 'v' }, 'a=1')).waitForComplete();
         httpClient.send(new Request('${url}/g', 'GET', request.headers)).waitForComplete();`,
      );
      assert.deepEqual(seen, ['POST /f application/x-www-form-urlencoded v a=1', 'GET /g application/json - ']);
    });

    it('an error answer is a success of the transport, a refused connection is not', async () => {
      await run(
        flow,
        `var a = httpClient.get('${url}/missing'), b = httpClient.get('http://127.0.0.1:1/');
         a.waitForComplete(); b.waitForComplete();
         context.setVariable('r', [a.isSuccess(), a.getResponse().status.code, b.isSuccess(), b.isError(), b.getResponse() === null, typeof b.getError()].join());`,
      );
      assert.equal(flow.get('r'), 'true,404,false,true,true,string');
    });

    it('calls run side by side; one may be waited for in a later script', async () => {
      await run(
        flow,
        `context.session.e = httpClient.get('${url}/later'); context.setVariable('x', context.session.e);`,
      );
      await run(
        flow,
        `var e = context.getVariable('x'); e.waitForComplete(); context.setVariable('r', e.getResponse().content);`,
      );
      assert.equal(flow.get('r'), '{"at":"/later"}');
    });

    it('a callback is called before the script is through', async () => {
      await run(
        flow,
        `httpClient.send(new Request('${url}/cb'), function (answer, error) { context.setVariable('r', answer.content + error) })`,
      );
      assert.equal(flow.get('r'), '{"at":"/cb"}undefined');
    });

    it('waiting for some milliseconds only', async () => {
      await run(
        flow,
        `var e = httpClient.get('${url}/never'); e.waitForComplete(50); context.setVariable('r', e.isComplete());`,
      );
      assert.equal(flow.get('r'), false);
    });

    it('waiting does not count against the time limit, nor does it stop other messages', async () => {
      const xml = '<Javascript name="js" timeLimit="40"><ResourceURL>jsc://main.js</ResourceURL></Javascript>';
      const flows = Array.from({ length: 40 }, newFlow);
      await Promise.all(
        flows.map((one, n) =>
          run(
            one,
            `for (var i = 0; i < 3; i++) httpClient.get('${url}/${n}').waitForComplete(); context.setVariable('r', ${n});`,
            xml,
          ),
        ),
      );
      assert.deepEqual(
        flows.map((one) => one.get('r')),
        flows.map((_, n) => n),
      );
      for (const one of flows) one.end();
    });
  });
});

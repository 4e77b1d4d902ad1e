import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { Fault } from '../../runtime/message/fault.js';
import { setErrorProperties } from '../../runtime/message/flow.js';
import type { Message } from '../../runtime/message/message.js';
import { endpointOf, type Given, messageOf, startBackend, values } from './harness.js';

const errorNames = ['ERROR_CODE', 'ERROR_MESSAGE', 'BASE_ERROR_CODE', 'PROTOCOL_STATE_ON_FAILURE'];

/** The fault of a send, with the ERROR_* properties as a handler finds them. */
async function failureOf(xml: string, given: Given = {}, message?: Message) {
  const made = await messageOf(given);
  const sent = message ?? made.message;
  const fault = await endpointOf(xml)
    .send(sent)
    .then(
      () => assert.fail('the send did not fail'),
      (error: unknown) => error as Fault,
    );
  setErrorProperties(sent, fault);
  return { fault, message: sent, observed: made.observed, errors: values(sent.properties, errorNames) };
}

/** A server that does something to each connection, for as long as `body` runs. */
async function withSocket<T>(serve: (socket: Socket) => void, body: (url: string) => Promise<T>): Promise<T> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => serve(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

describe('artifacts 3.4: failures of a send', () => {
  const sender = 'Error in Sender';
  const rows: [name: string, serve: (socket: Socket) => void, code: number, base: number, state: number][] = [
    ['closed while waiting', (socket) => socket.destroy(), 101508, 101505, 3],
    ['rubbish', (socket) => socket.end('rubbish\r\n\r\n'), 101509, 101506, 3],
    ['silent', () => undefined, 101507, 101504, 3],
  ];
  for (const [name, serve, code, base, state] of rows) {
    it(name, () =>
      withSocket(serve, async (url) => {
        const xml = `<endpoint><address uri="${url}/"/></endpoint>`;
        const { errors, message } = await failureOf(xml, { axis2: { SEND_TIMEOUT: '60' } });
        assert.deepEqual(errors, {
          ERROR_CODE: String(code),
          ERROR_MESSAGE: sender,
          BASE_ERROR_CODE: String(base),
          PROTOCOL_STATE_ON_FAILURE: String(state),
        });
        assert.ok(message.properties.get('ERROR_DETAIL'));
      }),
    );
  }

  it('refused: code, texts, and the request as it was', async () => {
    const given = { body: '{"a":1}', headers: { 'X-A': '1' }, axis2: { own: '1' } };
    const { errors, message } = await failureOf(
      '<endpoint><http method="put" uri-template="http://127.0.0.1:1/x"/></endpoint>',
      given,
    );
    assert.deepEqual(errors, {
      ERROR_CODE: '101503',
      ERROR_MESSAGE: 'Error connecting to the back end',
      BASE_ERROR_CODE: '101503',
      PROTOCOL_STATE_ON_FAILURE: '0',
    });
    assert.deepEqual([message.axis2.get('HTTP_METHOD'), message.axis2.get('own')], ['POST', '1']);
    assert.deepEqual([message.headers.text('X-A'), message.payload.asJsonText()], ['1', '{"a":1}']);
  });

  for (const url of ['nothing like a url', 'foo://x/y', 'http://h/a b']) {
    it(`no URL: ${url}`, async () => {
      const { errors } = await failureOf(`<endpoint><address uri="${url}"/></endpoint>`);
      assert.equal(errors.ERROR_CODE, '401003');
    });
  }

  const lookups: [name: string, xml: string, code: string, text: string][] = [
    ['key', '<endpoint key="k"/>', '305100', "Couldn't find the endpoint with the key : k"],
    ['key-expression', `<endpoint key-expression="'k'"/>`, '305100', "Couldn't find the endpoint with the key : k"],
    [
      'key-expression without a value',
      '<endpoint key-expression="$ctx:none"/>',
      '0',
      'Error while performing the call operation',
    ],
    [
      'template',
      '<endpoint name="n" template="t"/>',
      '305100',
      "Couldn't find the endpoint with the name n & template : t",
    ],
  ];
  for (const [name, xml, code, text] of lookups) {
    it(`artifacts 3.8: ${name} that is not there`, async () => {
      const { errors } = await failureOf(xml);
      assert.deepEqual([errors.ERROR_CODE, errors.ERROR_MESSAGE], [code, text]);
    });
  }

  it('no secret of the URL in an error', async () => {
    const { message } = await failureOf('<endpoint><address uri="ftp://u:secret@h/p?key=secret"/></endpoint>');
    for (const name of ['ERROR_MESSAGE', 'ERROR_DETAIL']) {
      assert.doesNotMatch(String(message.properties.get(name)), /secret/);
    }
  });
});

describe('artifacts 3.2: time-outs', () => {
  const endpoint = (url: string, action: string) =>
    `<endpoint name="E"><address uri="${url}/x?k=secret"><timeout><duration>40</duration>${action}</timeout></address></endpoint>`;

  it('fault: 101504, empty body, nothing answered', () =>
    withSocket(
      () => undefined,
      async (url) => {
        const xml = endpoint(url, '<responseAction>fault</responseAction>');
        const { errors, message, observed } = await failureOf(xml, { body: '{"a":1}' });
        assert.deepEqual([errors.ERROR_CODE, errors.ERROR_MESSAGE], ['101504', 'Send timeout']);
        assert.equal(message.properties.has('ERROR_DETAIL'), false);
        assert.deepEqual([message.payload.built, message.payload.isEmpty], [true, true]);
        assert.deepEqual(observed.answered, []);
        assert.match(
          observed.logs.join('\n'),
          /Expiring message ID : .* ENDPOINT_TIMEOUT .* Endpoint \[E\], URI : http/,
        );
        assert.doesNotMatch(observed.logs.join('\n'), /secret/);
      },
    ));

  for (const [name, action, state] of [
    ['without an action', '', 'ACTIVE'],
    ['discard', '<responseAction>discard</responseAction>', 'SUSPENDED'],
  ] as const) {
    it(`${name}: no handler, 504 for the client`, () =>
      withSocket(
        () => undefined,
        async (url) => {
          const { message, observed } = await messageOf({ set: {} });
          message.faultStack.push({ name: 'h', mediate: () => assert.fail('a handler ran') });
          const sending = endpointOf(endpoint(url, action));
          await assert.rejects(sending.send(message), { code: 101504 });
          assert.deepEqual([observed.answered.map(({ status }) => status), message.faultStack], [['504'], []]);
          const again = await messageOf({});
          const second = sending.send(again.message);
          await assert.rejects(second, { code: state === 'ACTIVE' ? 101504 : 303001 });
        },
      ));
  }

  it('discard: any other failure is 502', async () => {
    const { message, observed } = await messageOf({});
    await assert.rejects(
      endpointOf(endpoint('http://127.0.0.1:1', '<responseAction>discard</responseAction>')).send(message),
    );
    assert.deepEqual(
      observed.answered.map(({ status }) => status),
      ['502'],
    );
  });

  it('a duration by expression', () =>
    withSocket(
      () => undefined,
      async (url) => {
        const xml = `<endpoint><address uri="${url}/"><timeout><duration>{$ctx:ms}</duration><responseAction>fault</responseAction></timeout></address></endpoint>`;
        const { errors } = await failureOf(xml, { set: { ms: '40' } });
        assert.equal(errors.ERROR_CODE, '101504');
      },
    ));
});

describe('artifacts 3.3: an endpoint that is not ready', () => {
  const kinds: [kind: string, xml: string, text: string][] = [
    [
      'http',
      '<http uri-template="http://127.0.0.1:1/"/>',
      'Currently, HTTP endpoint : [ Name : E ] [ State : SUSPENDED ]',
    ],
    [
      'address',
      '<address uri="http://127.0.0.1:1/"/>',
      'Currently , Address endpoint : [ Name : E ] [ State : SUSPENDED ]',
    ],
    ['default', '<default/>', 'Currently , Default endpoint : [ Name : E ] [ State : SUSPENDED ]'],
  ];
  for (const [kind, xml, text] of kinds) {
    it(`${kind} says so`, async () => {
      const endpoint = endpointOf(`<endpoint name="E">${xml}</endpoint>`);
      const first = await messageOf({ to: 'http://127.0.0.1:1/' });
      await assert.rejects(endpoint.send(first.message), { code: 101503 });
      assert.match(first.observed.logs[0] ?? '', /E with address http:.* has been marked for SUSPENSION/);
      const second = await messageOf({ to: 'http://127.0.0.1:1/' });
      await assert.rejects(endpoint.send(second.message), { code: 303001, message: text });
    });
  }

  it('any status is a success', async () => {
    const backend = await startBackend([{ status: 500 }]);
    const endpoint = endpointOf(`<endpoint><address uri="${backend.url}"/></endpoint>`);
    for (let round = 0; round < 2; round++) await endpoint.send((await messageOf({})).message);
    backend.close();
  });

  it('FORCE_ERROR_ON_SOAP_FAULT fails it with 500000 and no text', async () => {
    const fault =
      '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>bad</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>';
    const backend = await startBackend([{ status: 500, headers: { 'Content-Type': 'text/xml' }, body: fault }]);
    const { errors, message } = await failureOf(
      `<endpoint><address uri="${backend.url}" format="soap11"/></endpoint>`,
      { body: '<a/>', contentType: 'application/xml', set: { FORCE_ERROR_ON_SOAP_FAULT: 'true' } },
    );
    assert.deepEqual([errors.ERROR_CODE, errors.ERROR_MESSAGE], ['500000', undefined]);
    assert.equal(String(message.axis2.get('HTTP_SC')), '500');
    backend.close();
  });
});

describe('artifacts 3.8, 3.9: onError of an endpoint', () => {
  const refused = (onError: string) => `<endpoint onError="${onError}"><address uri="http://127.0.0.1:1/"/></endpoint>`;
  const rows: [name: string, xml: string, set: Record<string, unknown>, handlers: string[]][] = [
    ['is the innermost handler of a failed send', refused('h'), {}, ['outer', 'h']],
    ['is passed over when the connection of a call failed', refused('h'), { 'continuation.call': true }, ['outer']],
    ['is passed over when it does not exist', refused('none'), {}, ['outer']],
  ];
  for (const [name, xml, set, handlers] of rows) {
    it(name, async () => {
      const { message } = await messageOf({ set, sequences: ['h'] });
      message.faultStack.push({ name: 'outer', mediate: () => true });
      await assert.rejects(endpointOf(xml).send(message), { code: 101503 });
      assert.deepEqual(
        message.faultStack.map((handler) => handler.name),
        handlers,
      );
    });
  }

  it('is gone after a success', async () => {
    const backend = await startBackend();
    const { message } = await messageOf({ sequences: ['h'] });
    await endpointOf(`<endpoint onError="h"><address uri="${backend.url}"/></endpoint>`).send(message);
    assert.deepEqual(message.faultStack, []);
    backend.close();
  });
});

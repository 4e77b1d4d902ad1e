// A process of its own: an authorization server and the backend that trusts it. Both check what they receive byte by
// byte, and report every request to the parent. The parent sets their behaviour with messages.
import http from 'node:http';

const clientAuth = process.argv[2];
let expectedTokenBody = 'grant_type=client_credentials';
const issued = new Set();
let count = 0;
/** Seconds that a token lives here, and the member of the answer that says so. */
let expiresIn = 3600;
/** What the token endpoint does instead of its work: { status, headers, body }, 'reset', 'hang', or nothing. */
let tokenAnswer;
/** What the backend answers instead of its echo: { status, headers, body }. */
let backendAnswer;

function collect(request) {
  return new Promise((resolve) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve(Buffer.concat(chunks)));
  });
}

function report(server, request, body) {
  process.send({
    server,
    method: request.method,
    url: request.url,
    headers: request.rawHeaders,
    body: body.toString('base64'),
  });
}

function json(response, status, value) {
  const text = JSON.stringify(value);
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    .end(text);
}

const tokens = http.createServer(async (request, response) => {
  const body = await collect(request);
  report('tokens', request, body);
  if (tokenAnswer === 'reset') return request.socket.destroy();
  if (tokenAnswer === 'hang') return;
  if (tokenAnswer) return response.writeHead(tokenAnswer.status, tokenAnswer.headers ?? {}).end(tokenAnswer.body ?? '');
  if (request.method !== 'POST' || request.url !== '/oauth/token') return json(response, 404, { error: 'not_found' });
  if (request.headers.authorization !== `Basic ${clientAuth}`) return json(response, 401, { error: 'invalid_client' });
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    return json(response, 400, { error: 'invalid_request', error_description: 'wrong content type' });
  }
  if (body.toString('latin1') !== expectedTokenBody) {
    return json(response, 400, {
      error: 'invalid_request',
      error_description: `unexpected body ${body.toString('latin1')}`,
    });
  }
  const token = `as-token-${++count}`;
  issued.add(token);
  setTimeout(() => issued.delete(token), expiresIn * 1000).unref();
  json(response, 200, { access_token: token, token_type: 'Bearer', expires_in: expiresIn });
});

const backend = http.createServer(async (request, response) => {
  const body = await collect(request);
  report('backend', request, body);
  if (backendAnswer)
    return response.writeHead(backendAnswer.status, backendAnswer.headers ?? {}).end(backendAnswer.body ?? '');
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!issued.has(token)) return json(response, 401, { error: 'missing_credentials' });
  json(response, 200, {
    method: request.method,
    url: request.url,
    id: request.headers['x-caller-id'],
    body: body.toString('utf8'),
  });
});

process.on('message', (message) => {
  if ('tokenAnswer' in message) tokenAnswer = message.tokenAnswer ?? undefined;
  if ('backendAnswer' in message) backendAnswer = message.backendAnswer ?? undefined;
  if (message.tokenBody) expectedTokenBody = message.tokenBody;
  if (message.expiresIn) expiresIn = message.expiresIn;
  if (message.revoke) issued.clear();
  process.send({ done: message.sequence });
});
process.on('disconnect', () => process.exit(0));

tokens.listen(0, '127.0.0.1', () =>
  backend.listen(0, '127.0.0.1', () =>
    process.send({ tokens: tokens.address().port, backend: backend.address().port }),
  ),
);

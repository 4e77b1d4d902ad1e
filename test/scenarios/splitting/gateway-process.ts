import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { mediation } from '../../../runtime/index.js';
import { takeCensus } from './census.js';

/** A gateway in a process of its own, started by {@link Gateway}: it serves a folder, and counts what it holds when asked. */
const [folder = ''] = process.argv.slice(2);
const app = new Koa();
app.use(mediation({ deploy: [folder], logger: { enabled: () => false, log: () => {} } }));
const server = http.createServer(app.callback()).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', async () => process.send?.({ census: await takeCensus(server) }));
process.on('disconnect', () => process.exit());

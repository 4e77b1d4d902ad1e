import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { Logger } from '../message/logger.js';
import type { Clients } from './apim-model/clients.js';
import type { TokenReader } from './apim-model/gateway-model.js';
import type { Users } from './apim-model/users.js';
import { devportal } from './devportal/devportal.js';
import { publisher } from './publisher/publisher.js';
import { registration } from './registration/register.js';
import { readBodies } from './rest/body.js';
import { authenticate } from './rest/caller.js';
import { answerErrors, noSuchPath } from './rest/errors.js';

/** What the REST APIs work on. */
export interface ManagementParts {
  publisherParts: Parameters<typeof publisher>[0];
  devportalParts: Parameters<typeof devportal>[0];
  clients: Clients;
  users: Users;
  reader: TokenReader;
  logger: Logger;
}

/** The REST APIs of all generations, with answers for what is refused and for paths that do not exist. */
export function managementApi({
  publisherParts,
  devportalParts,
  clients,
  users,
  reader,
  logger,
}: ManagementParts): Middleware {
  const before = [authenticate({ users, tokens: reader }), readBodies()];
  return compose([
    answerErrors(logger),
    ...registration(clients, before),
    ...publisher(publisherParts, before),
    ...devportal(devportalParts, before),
    noSuchPath,
  ]);
}

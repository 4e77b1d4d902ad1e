import type { TargetServer } from '../../../apigee/organization.js';
import type { JsonObject } from '../../apim-model/json-object.js';
import type { Stamp } from './context.js';
import { badRequest } from './error.js';
import { checkedName, type Input } from './input.js';

/** A backend of an environment as the management calls define it. */
export interface StoredTargetServer extends Stamp {
  readonly name: string;
  readonly description: string;
  readonly host: string;
  readonly port: number;
  readonly isEnabled: boolean;
  /** As it was given; `enabled` decides whether the server is called over TLS. */
  readonly sSLInfo?: JsonObject;
}

/** @throws ApigeeError 400 that names the wrong member */
export function readTargetServer(input: Input, name: string): Omit<StoredTargetServer, keyof Stamp> {
  const host = input.required('host');
  if (/[\s/?#@]/.test(host))
    throw badRequest(`host: "${host}" is no host name or address; scheme, port and path go elsewhere`);
  const port = input.wholeNumber('port', 1, 65_535);
  if (port === undefined) throw badRequest('port: is required');
  const tls = input.child('sSLInfo');
  tls.flag('enabled', false);
  return {
    name: checkedName('name', name),
    description: input.text('description'),
    host,
    port,
    isEnabled: input.flag('isEnabled', true),
    ...(Object.keys(tls.object).length === 0 ? {} : { sSLInfo: tls.object }),
  };
}

/** As flows see it. */
export function targetServerForFlows(server: StoredTargetServer): TargetServer {
  const { name, host, port, isEnabled, sSLInfo } = server;
  return { name, host, port, isEnabled, ssl: String(sSLInfo?.enabled).toLowerCase() === 'true' };
}

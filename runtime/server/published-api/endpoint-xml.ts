import { SYNAPSE_NAMESPACE } from '../../configuration/element.js';
import { escapeAttribute } from '../../xml/serialize.js';
import type { DeployedApi, KeyType } from '../apim-model/index.js';
import { securityXml } from './endpoint-security.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The endpoint of an API for one key type, as the `<endpoint>` that it means (api-management 1.5).
 * @returns undefined when the API has no endpoint for that key type
 */
export function endpointXml(api: DeployedApi, keyType: KeyType): string | undefined {
  const config = (api.endpointConfig ?? {}) as Json;
  const which = keyType === 'PRODUCTION' ? 'production' : 'sandbox';
  const endpoints = asList(config[`${which}_endpoints`]).filter((one) => typeof one.url === 'string' && one.url !== '');
  const [first] = endpoints;
  if (!first) return undefined;
  const name = `${api.provider}--${api.name}:v${api.version}_API${which}Endpoint`;
  const type = String(config.endpoint_type ?? 'http');
  const security = securityXml(((config.endpoint_security ?? {}) as Json)[which]);
  const leaf = (one: Json) => `<endpoint>${leafXml(one, type, security)}</endpoint>`;
  const failovers = asList(config[`${which}_failovers`]);
  const content =
    type === 'load_balance'
      ? `<loadbalance>${endpoints.map(leaf).join('')}</loadbalance>`
      : type === 'failover'
        ? `<failover>${[first, ...failovers].map(leaf).join('')}</failover>`
        : leafXml(first, type, security);
  return `<endpoint xmlns="${SYNAPSE_NAMESPACE}" name="${escapeAttribute(name)}">${content}</endpoint>`;
}

function asList(value: unknown): Json[] {
  if (Array.isArray(value)) return value as Json[];
  return value !== null && typeof value === 'object' ? [value as Json] : [];
}

function leafXml(endpoint: Json, type: string, security: string): string {
  const url = String(endpoint.url);
  const advanced = advancedXml((endpoint.config ?? {}) as Json);
  if (type === 'default' || url === 'default') return `<default>${advanced}${security}</default>`;
  if (type === 'address') return `<address uri="${escapeAttribute(url)}">${advanced}${security}</address>`;
  return `<http uri-template="${escapeAttribute(url)}">${advanced}${security}</http>`;
}

/** `config`: time-out, suspension and retries (api-management 1.5). */
function advancedXml(config: Json): string {
  const number = (key: string, fallback: number): number => Number(config[key] ?? fallback);
  const codes = (key: string): string => asCodes(config[key]);
  const parts: string[] = [];
  if (config.actionSelect !== 'neverTimeout') {
    const action = config.actionSelect === 'discard' ? 'discard' : 'fault';
    parts.push(
      `<timeout><duration>${number('actionDuration', 30_000)}</duration><responseAction>${action}</responseAction></timeout>`,
    );
  }
  if (Number(config.suspendDuration ?? -1) === 0 || config.suspendDuration === undefined) {
    parts.push(
      '<suspendOnFailure><errorCodes>-1</errorCodes><initialDuration>0</initialDuration><progressionFactor>1.0</progressionFactor><maximumDuration>0</maximumDuration></suspendOnFailure>',
      '<markForSuspension><errorCodes>-1</errorCodes></markForSuspension>',
    );
    return parts.join('');
  }
  const suspendCodes = codes('suspendErrorCode');
  parts.push(
    `<suspendOnFailure>${suspendCodes && `<errorCodes>${suspendCodes}</errorCodes>`}<initialDuration>${number('suspendDuration', 0)}</initialDuration><progressionFactor>${number('factor', 1)}</progressionFactor><maximumDuration>${number('suspendMaxDuration', 0)}</maximumDuration></suspendOnFailure>`,
    `<markForSuspension>${codes('retryErroCode') && `<errorCodes>${codes('retryErroCode')}</errorCodes>`}<retriesBeforeSuspension>${number('retryTimeOut', 0)}</retriesBeforeSuspension><retryDelay>${number('retryDelay', 0)}</retryDelay></markForSuspension>`,
  );
  return parts.join('');
}

function asCodes(value: unknown): string {
  return (Array.isArray(value) ? value : []).map(Number).filter(Number.isInteger).join(',');
}

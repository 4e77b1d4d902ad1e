import { sendAway } from '../../../mediators/sending.js';
import { Lifetime } from '../../configuration/lifetime.js';
import { ConfigurationError } from '../../configuration/problem.js';
import type { Api } from '../../deploy/api/compile-api.js';
import { type CorsPolicy, runCorsPolicy } from '../../deploy/api/cors-policy.js';
import type { FlowSequence, Resource } from '../../deploy/api/resource.js';
import { resourceAt } from '../../deploy/api/select-resource.js';
import { parseUriTemplate } from '../../deploy/api/uri-template.js';
import { parseUrlMapping } from '../../deploy/api/url-mapping.js';
import type { Artifact } from '../../deploy/compile-artifact.js';
import type { Deployed } from '../../deploy/deployed.js';
import { errorCode } from '../../message/fault.js';
import type { Endpoint, Mediate, Message } from '../../message/message.js';
import type { DeployedApi, DeployedOperation, GatewayModel, KeyType } from '../apim-model/index.js';
import { authenticate } from './authenticate.js';
import { endpointXml } from './endpoint-xml.js';
import { answerError, runtimeError } from './error-answer.js';
import type { Throttle } from './throttle.js';

/** What serving published APIs needs of the gateway around them. */
export interface PublishedGateway {
  readonly deployed: Deployed;
  readonly model: GatewayModel;
  readonly throttle: Throttle;
}

/**
 * Compiles a published API to the artifacts that serve it: one `<api>`-like artifact per base path, and its sequences
 * under the names of api-management 1.15.
 * @throws ConfigurationError with the first problem when a sequence or the endpoint does not compile
 */
export function compilePublishedApi(published: DeployedApi, gateway: PublishedGateway): Artifact[] {
  const { deployed } = gateway;
  const { sequences } = published;
  const bound = [sequences.in, sequences.out, sequences.fault, ...sequences.parts].flatMap(
    (sequence) => sequence ?? [],
  );
  const artifacts: Artifact[] = bound.map(({ name, xml }) => ({ ...compiled(deployed, xml, name, 'sequence'), name }));
  const endpoints = new Map<KeyType, Endpoint>();
  const lifetime = new Lifetime();
  for (const keyType of ['PRODUCTION', 'SANDBOX'] as const) {
    const xml = endpointXml(published, keyType);
    if (!xml) continue;
    const artifact = compiled(deployed, xml, `endpoint of ${published.name}`, 'endpoint');
    endpoints.set(keyType, artifact.value as Endpoint);
    if (artifact.lifetime) lifetime.follow(artifact.lifetime);
  }
  const paths = [published.basePath, ...(published.isDefaultVersion ? [published.defaultPath] : [])];
  for (const [index, path] of paths.entries()) {
    const value = api(published, path, index > 0, endpoints, gateway);
    artifacts.push({ kind: 'api', name: value.name, value, ...(index === 0 ? { lifetime } : {}) });
  }
  return artifacts;
}

function compiled(deployed: Deployed, xml: string, file: string, kind: Artifact['kind']): Artifact {
  const { artifacts, problems } = deployed.compile(xml, file);
  const artifact = artifacts[0];
  if (artifact?.kind === kind) return artifact;
  const problem = problems.find(({ severity }) => severity === 'error');
  throw problem ? new ConfigurationError(problem) : new Error(`${file} holds no ${kind}`);
}

function api(
  published: DeployedApi,
  path: string,
  isDefault: boolean,
  endpoints: ReadonlyMap<KeyType, Endpoint>,
  gateway: PublishedGateway,
): Api {
  const { transports } = published;
  const served = resources(published, endpoints, gateway);
  const cors = corsPolicy(published);
  return {
    kind: 'api',
    name: isDefault ? `${published.synapseName}--default` : published.synapseName,
    plainName: published.synapseName,
    context: path.replace(/\/+$/, ''),
    version: isDefault ? '' : published.version,
    versionType: isDefault ? '' : 'context',
    hostname: undefined,
    port: undefined,
    transports: undefined,
    resources: served,
    handlers: [
      (message) => checkTransport(message, transports),
      (message) => runCorsPolicy(message, cors, served, answerStatus),
      (message) => checkState(message, published),
    ],
    mismatch: (message) => answerMismatch(message, served),
  };
}

/** One resource per distinct target, in the order of the operations (api-management 1.14). */
function resources(
  published: DeployedApi,
  endpoints: ReadonlyMap<KeyType, Endpoint>,
  gateway: PublishedGateway,
): Resource[] {
  const byTarget = new Map<string, DeployedOperation[]>();
  for (const operation of published.operations) {
    byTarget.set(operation.target, [...(byTarget.get(operation.target) ?? []), operation]);
  }
  const faultSequence = { mediate: faultFlow(published) };
  const outSequence = { mediate: outFlow(published) };
  return [...byTarget].map(([target, operations], index) => ({
    id: `resource-${index}`,
    methods: operations.map(({ verb }) => verb),
    headAsGet: true,
    ...mappingOf(target),
    protocol: undefined,
    contentType: undefined,
    userAgent: undefined,
    inSequence: inFlow(published, operations, endpoints, gateway),
    outSequence,
    faultSequence,
  }));
}

function mappingOf(target: string): Pick<Resource, 'mapping' | 'template'> {
  const isTemplate = target.includes('{') || /\*(?!$)/.test(target) || (target.endsWith('*') && !target.endsWith('/*'));
  return isTemplate
    ? { mapping: undefined, template: parseUriTemplate(target) }
    : { mapping: parseUrlMapping(target), template: undefined };
}

function inFlow(
  published: DeployedApi,
  operations: readonly DeployedOperation[],
  endpoints: ReadonlyMap<KeyType, Endpoint>,
  gateway: PublishedGateway,
): FlowSequence {
  const { model, throttle } = gateway;
  const byVerb = new Map(operations.map((operation) => [operation.verb, operation]));
  const [fallback] = operations as [DeployedOperation];
  const mediate: Mediate = async (message) => {
    const method = String(message.properties.get('REST_METHOD'));
    const operation = byVerb.get(method) ?? (method === 'HEAD' ? byVerb.get('GET') : undefined) ?? fallback;
    setProperties(message, published, operation);
    const access = await authenticate(message, model, published, operation);
    if (access === false) return false;
    if (!(await throttle.pass(message, published, operation, access === 'anonymous' ? undefined : access)))
      return false;
    if (!(await runNamed(message, 'WSO2AM--Ext--In'))) return false;
    if (!(await runNamed(message, published.sequences.in?.name))) return false;
    return forward(message, published, endpoints);
  };
  return { mediate };
}

function setProperties(message: Message, published: DeployedApi, operation: DeployedOperation): void {
  message.setProperty('API_ELECTED_RESOURCE', operation.target);
  message.setProperty('api.ut.context', published.basePath);
  message.setProperty('api.ut.api', published.name);
  message.setProperty('api.ut.api_version', published.synapseName.replace(/^.*?--/, ''));
  message.setProperty('api.ut.version', published.version);
  message.setProperty('api.ut.apiPublisher', published.provider);
  message.setProperty('api.ut.resource', message.properties.get('REST_SUB_REQUEST_PATH'));
  message.setProperty('api.ut.HTTP_METHOD', message.properties.get('REST_METHOD'));
  message.setProperty('api.ut.hostName', message.headers.text('Host'));
}

/** Runs a deployed sequence when there is one of that name. */
async function runNamed(message: Message, name: string | undefined): Promise<boolean> {
  const sequence = name === undefined ? undefined : message.sequence(name);
  return sequence ? sequence.mediate(message) : true;
}

async function forward(
  message: Message,
  published: DeployedApi,
  endpoints: ReadonlyMap<KeyType, Endpoint>,
): Promise<false> {
  const keyType = message.properties.get('AM_KEY_TYPE') === 'SANDBOX' ? 'SANDBOX' : 'PRODUCTION';
  const endpoint = endpoints.get(keyType);
  if (endpoint) {
    sendAway(message, endpoint);
    return false;
  }
  const kind = keyType === 'SANDBOX' ? 'Sandbox' : 'Production';
  const description = `${kind} key offered to the API with no ${kind.toLowerCase()} endpoint`;
  message.environment.logger.log('WARN', 'APIManager', `${published.name}: ${description}`);
  return answerError(message, 403, runtimeError('900901', description));
}

function outFlow(published: DeployedApi): Mediate {
  return async (message) => {
    if (!(await runNamed(message, 'WSO2AM--Ext--Out'))) return false;
    if (!(await runNamed(message, published.sequences.out?.name))) return false;
    await message.exchange.respond(message);
    return false;
  };
}

/** The bound fault sequence in place of `fault`, else the JSON error (api-management 1.15, 1.19). */
function faultFlow(published: DeployedApi): Mediate {
  return async (message) => {
    const bound = message.sequence(published.sequences.fault?.name ?? '');
    if (bound) return bound.mediate(message);
    await runNamed(message, 'WSO2AM--Ext--Fault');
    const code = String(message.properties.get('ERROR_CODE') ?? 0);
    const noToken = code === String(errorCode.tokenUnavailable);
    const chosen = Number(String(message.properties.get('CUSTOM_HTTP_SC') ?? ''));
    const status = chosen >= 400 && chosen <= 599 ? chosen : noToken ? 502 : 500;
    return answerError(message, status, runtimeError(code, noToken ? withoutToken : describe(message)));
  };
}

/** What a client is told of a token that cannot be had: the log says why. */
const withoutToken = 'The gateway could not get an access token for the backend';

/**
 * The error's own text; of a failed blocking call, which names the server it went to, our own. Addresses of backends and
 * credentials in them are never told (api-management 4.1).
 */
function describe(message: Message): string {
  const code = String(message.properties.get('ERROR_CODE'));
  if (code === String(errorCode.blockingSender)) return 'Error while calling an endpoint from the flow';
  const text = String(message.properties.get('ERROR_MESSAGE') ?? 'The request could not be processed');
  return text.replace(/(?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/[^\s"'<>]+/gi, 'the endpoint');
}

function checkTransport(message: Message, transports: readonly string[]): boolean | Promise<false> {
  const transport = String(message.properties.get('TRANSPORT_IN_NAME'));
  if (transports.length === 0 || transports.includes(transport)) return true;
  const description = `Unsupported Transport [ ${transport} ]. The requested resource is not available.`;
  return answerError(message, 403, { code: '403', type: 'Status report', message: 'Forbidden', description });
}

function checkState(message: Message, published: DeployedApi): boolean | Promise<false> {
  if (published.state !== 'BLOCKED') return true;
  return answerError(message, 503, {
    code: '700700',
    type: 'API blocked',
    description: 'This API has been blocked temporarily. Please try again later or contact the system administrators.',
  });
}

/** The API's own CORS configuration when it is on, else the installation's defaults (api-management 1.20). */
function corsPolicy({ corsConfiguration: own }: DeployedApi): CorsPolicy {
  const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  if (own.corsConfigurationEnabled !== true) return defaultCors;
  return {
    origins: texts(own.accessControlAllowOrigins),
    methods: texts(own.accessControlAllowMethods),
    headers: texts(own.accessControlAllowHeaders).join(','),
    credentials: own.accessControlAllowCredentials === true,
    maxAge: undefined,
  };
}

const defaultCors: CorsPolicy = {
  origins: ['*'],
  methods: undefined,
  headers: 'authorization,Access-Control-Allow-Origin,Content-Type,SOAPAction,apikey,Internal-Key',
  credentials: false,
  maxAge: undefined,
};

/** 405 when the path is there for another verb, else 404 (api-management 1.14 step 3). */
function answerMismatch(message: Message, served: readonly Resource[]): Promise<false> {
  const path = String(message.properties.get('REST_SUB_REQUEST_PATH'));
  return answerStatus(message, resourceAt(served, path) ? 405 : 404);
}

function answerStatus(message: Message, status: 404 | 405): Promise<false> {
  const description =
    status === 405 ? 'Method not allowed for given API resource' : 'No matching resource found for given API Request';
  return answerError(message, status, runtimeError(String(status), description));
}

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { MediatorDefinition } from '../../../mediators/mediator.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import { javaText } from '../../java/text.js';
import { WholeNumber } from '../../java/value.js';
import { toJs } from '../../json/plain.js';
import { JsonElement } from '../../json/value.js';
import { Fault } from '../../message/fault.js';
import { type FlowEnd, runFlow } from '../../message/flow.js';
import { formatBody } from '../../message/formatters/format-body.js';
import type { Logger } from '../../message/logger.js';
import type { Message } from '../../message/message.js';
import type { RecordedCall } from '../../message/recorder.js';
import type { ClientAnswer } from '../gateway/client-answer.js';
import { Mocks } from '../unit-test/mocks.js';
import { readMockFile } from '../unit-test/read-mock.js';
import type { DryRunExchange } from './dry-run-exchange.js';
import { dryRunMessage } from './dry-run-message.js';
import { hideSecrets } from './hide-secrets.js';
import { applyRegistry, applyState, type MessageInput } from './message-input.js';
import { type RecordedStep, Recording } from './recording.js';

export interface RunOptions {
  /** Paths of artifacts that the sequence refers to. */
  deploy?: readonly string[];
  /** Show secrets instead of `***`. */
  showSecrets?: boolean;
  /** Name of the sequence's file in problems and steps. */
  file?: string;
  mediators?: readonly MediatorDefinition[];
  /** Files of mock services that answer instead of backends (artifacts 5.5). */
  mock?: readonly string[];
}

/** What one dry run did (product 5). */
export interface RunResult {
  outcome: 'completed' | 'responded' | 'dropped' | 'sent' | 'faulted';
  message: {
    contentType: string | undefined;
    body: string;
    headers: Record<string, string>;
    properties: Record<'default' | 'axis2' | 'operation', Record<string, unknown>>;
    variables: Record<string, unknown>;
  };
  response?: { status: number; reason?: string; headers: Record<string, string>; body: string };
  steps: RecordedStep[];
  calls: RecordedCall[];
  logs: { level: string; text: string }[];
  error?: {
    code: number | string;
    message: string;
    detail: string;
    artifact?: string;
    mediator?: string;
    line?: number;
  };
}

/**
 * Mediates a message through a sequence, outside of any server.
 * @param sequenceXml text of a `<sequence>` artifact
 * @throws ConfigurationError when the sequence cannot be deployed, or a file of mock services cannot be read
 */
export async function run(sequenceXml: string, input: MessageInput = {}, options: RunOptions = {}): Promise<RunResult> {
  const mocks = options.mock?.length ? await Mocks.start(options.mock.flatMap(readMockFile)) : undefined;
  try {
    return await runWith(sequenceXml, input, options, mocks);
  } finally {
    await mocks?.close();
  }
}

async function runWith(
  sequenceXml: string,
  input: MessageInput,
  options: RunOptions,
  mocks: Mocks | undefined,
): Promise<RunResult> {
  const recording = new Recording();
  const { message, deployed, exchange } = dryRunMessage(input, {
    ...options,
    recorder: recording,
    logger: loggerOf(recording),
    ...(mocks ? { mocks } : {}),
  });
  const { artifacts, problems } = deployed.compile(sequenceXml, options.file ?? 'sequence.xml');
  const error = problems.find(({ severity }) => severity === 'error');
  if (error) throw new ConfigurationError(error);
  const artifact = artifacts.find(({ kind }) => kind === 'sequence');
  if (artifact?.kind !== 'sequence') throw new ConfigurationError(notASequence(options.file ?? 'sequence.xml'));
  applyRegistry(deployed.registry, input);
  applyState(message, input);
  const end = await runFlow(message, artifact.value.mediate);
  await exchange.settle();
  for (const request of mocks?.takeUnmatched() ?? []) {
    recording.engineLog('WARN', `MockService: no resource matches: ${request}`);
  }
  const result = await collect(message, exchange, end, recording);
  await deployed.close();
  await deployed.dataBridge?.close();
  return options.showSecrets ? result : hideSecrets(result, recording.secrets);
}

function notASequence(file: string): Problem {
  const hint =
    'the root element of a flow that runs by itself is <sequence name="…">; give other artifacts by --deploy';
  const message = 'Expected a <sequence>';
  return { file, line: 1, column: 1, severity: 'error', code: 'not-a-sequence', message, hint };
}

/** Log lines of the `log` mediator come through the recorder; those of the engine follow behind them. */
function loggerOf(recording: Recording): Logger {
  return {
    enabled: () => true,
    log(level, logger, text) {
      // What was deployed beside the sequence is no news to the one who asked for it; what could not be is.
      if (logger === 'LogMediator' || (logger === 'Deployer' && level === 'DEBUG')) return;
      recording.engineLog(level, `${logger}: ${text}`);
    },
  };
}

async function collect(
  message: Message,
  exchange: DryRunExchange,
  end: FlowEnd,
  recording: Recording,
): Promise<RunResult> {
  const error = exchange.error ?? (end === 'handled' ? message.properties.get('ERROR_EXCEPTION') : undefined);
  const response = exchange.answer && (await responseOf(exchange.answer));
  return {
    outcome: outcomeOf(message, exchange, end),
    message: await messageState(message),
    ...(response ? { response } : {}),
    steps: recording.steps,
    calls: recording.calls,
    logs: recording.allLogs,
    ...(error === undefined ? {} : { error: errorOf(message, error) }),
  };
}

function outcomeOf(message: Message, exchange: DryRunExchange, end: FlowEnd): RunResult['outcome'] {
  if (exchange.error !== undefined) return 'faulted';
  if (exchange.answered) return 'responded';
  if (end === 'handled' || end === 'unhandled') return 'faulted';
  if (end === 'completed') return 'completed';
  return message.operation.get('RESPONSE_WRITTEN') === 'SKIP' ? 'sent' : 'dropped';
}

async function messageState(message: Message): Promise<RunResult['message']> {
  return {
    contentType: message.axis2Text('ContentType') ?? message.headers.text('Content-Type'),
    body: await writtenBody(message),
    headers: Object.fromEntries([...message.headers].map(([name, value]) => [name, javaText(value)])),
    properties: {
      default: plainMap(message.properties),
      axis2: plainMap(message.axis2),
      operation: plainMap(message.operation),
    },
    variables: plainMap(message.variables),
  };
}

/** The body as it would be written; one that cannot be written is shown as empty. */
async function writtenBody(message: Message): Promise<string> {
  try {
    const { body } = await formatBody(message, { direction: 'response' });
    return await textOf(body);
  } catch (error) {
    if (error instanceof Fault) return '';
    throw error;
  }
}

async function textOf(body: string | Uint8Array | Readable | undefined): Promise<string> {
  if (body instanceof Readable) return (await buffer(body)).toString('utf8');
  return body === undefined ? '' : Buffer.from(body as string).toString('utf8');
}

async function responseOf(answer: ClientAnswer): Promise<NonNullable<RunResult['response']>> {
  return {
    status: answer.status,
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    headers: Object.fromEntries(answer.headers),
    body: await textOf(answer.body),
  };
}

function errorOf(message: Message, error: unknown): NonNullable<RunResult['error']> {
  const { properties } = message;
  const place = error instanceof Fault ? error.place : undefined;
  const code = properties.get('ERROR_CODE');
  return {
    code: code instanceof WholeNumber ? Number(code.value) : String(code ?? 0),
    message: String(properties.get('ERROR_MESSAGE') ?? (error instanceof Error ? error.message : error)),
    detail: String(properties.get('ERROR_DETAIL') ?? ''),
    ...(place?.artifact === undefined ? {} : { artifact: place.artifact }),
    ...(place?.mediator === undefined ? {} : { mediator: place.mediator }),
    ...(place?.line === undefined ? {} : { line: place.line }),
  };
}

/** Values as JavaScript has them; what the engine keeps for itself is left out. */
function plainMap(map: ReadonlyMap<string, unknown>): Record<string, unknown> {
  return Object.fromEntries([...map].flatMap(([name, value]) => (isInternal(name) ? [] : [[name, plain(value)]])));
}

const isInternal = (name: string): boolean => name.startsWith('mediant.') || name === 'LAST_SEQ_FAULT_HANDLER';

function plain(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (value instanceof WholeNumber)
    return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : value.toString();
  if (value instanceof JsonElement) return toJs(value.value);
  if (value instanceof Map) return plainMap(value);
  return javaText(value);
}

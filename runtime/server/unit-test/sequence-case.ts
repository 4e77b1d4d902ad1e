import type { Deployed } from '../../deploy/deployed.js';
import { compileExpression } from '../../expression/compile.js';
import { javaText } from '../../java/text.js';
import { parseLenientJson } from '../../json/parse.js';
import { isJsonObject } from '../../json/value.js';
import { limited } from '../../limit/time-limit.js';
import { buildBody } from '../../message/build.js';
import { runForks } from '../../message/flow.js';
import { TransportHeaders } from '../../message/headers.js';
import { Message, type Sequence } from '../../message/message.js';
import { Payload } from '../../message/payload.js';
import type { Recorder } from '../../message/recorder.js';
import { XmlError } from '../../xml/error.js';
import { parseElement } from '../../xml/parse.js';
import { DryRunExchange } from '../dry-run/dry-run-exchange.js';
import { bodyText } from '../dry-run/recording.js';
import { assertedCase, type Found, invalidOperation, splitExpression } from './assertions.js';
import { withoutCdata } from './normalise.js';
import type { CaseReport } from './report.js';
import type { CaseInput, TestCase } from './suite.js';

/** Why a sequence failed in the reference's report; what happened is in the log. */
const mediationFailed = 'Sequence mediation failed, check the server logs for more details';

/** Mediates the message of a case through the sequence and checks what it is then (artifacts 5.3, 5.4). */
export async function runSequenceCase(
  { name, input, assertions }: TestCase,
  sequence: Sequence,
  deployed: Deployed,
  recorder: Recorder<Message> | undefined,
): Promise<CaseReport> {
  const exchange = new DryRunExchange(deployed, { method: 'POST', ifNoneMatch: undefined });
  const message = messageOf(input, deployed, exchange, recorder);
  const reason = await failureOf(message, sequence);
  await exchange.settle();
  if (reason !== undefined) {
    return {
      testCaseName: name,
      mediationStatus: 'FAILED',
      assertionStatus: 'SKIPPED',
      exception: mediationFailed,
      failureAssertions: [],
      logs: [reason],
    };
  }
  await buildBody(message);
  return assertedCase(name, assertions, (expression) => limited(() => find(expression, message)));
}

/** Why the sequence did not run through. Its fault handler does not run: that is up to who runs a sequence. */
async function failureOf(message: Message, sequence: Sequence): Promise<string | undefined> {
  try {
    if (await runForks(message, (flow) => sequence.mediate(flow))) return undefined;
    return 'The sequence ended before its end: with respond, drop or send it cannot be tested alone, but behind an API';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function messageOf(
  { payload, properties }: CaseInput,
  deployed: Deployed,
  exchange: DryRunExchange,
  recorder: Recorder<Message> | undefined,
): Message {
  const message = new Message({
    environment: deployed,
    exchange,
    payload: payload === undefined ? Payload.empty() : payloadOf(payload),
    headers: new TransportHeaders(),
    recorder,
  });
  for (const { name, value, scope } of properties) {
    if (scope === 'transport') message.headers.set(name, value);
    else if (scope === 'axis2') message.axis2.set(name, value);
    else message.setProperty(name, value);
  }
  return message;
}

/** XML, else a JSON object, else text; a JSON array counts as text (artifacts 5.3). */
function payloadOf(written: string): Payload {
  const text = withoutCdata(written.trim()).trim();
  const payload = Payload.empty();
  if (text === '') return payload;
  try {
    payload.setElement(parseElement(text));
    return payload;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
  }
  if (isObject(text)) payload.setJsonText(text);
  else payload.setText(text);
  return payload;
}

function isObject(text: string): boolean {
  try {
    return isJsonObject(parseLenientJson(text));
  } catch {
    return false;
  }
}

function find(expression: string, message: Message): Found {
  if (expression.startsWith('${')) {
    const text = compileExpression(expression, new Map()).text(message);
    return { text: text ?? undefined, raw: true };
  }
  const { prefix, key } = splitExpression(expression);
  switch (prefix) {
    case '$body':
      return { text: bodyText(message), present: message.payload.firstElementName() !== undefined };
    case '$ctx':
      return textOf(message.properties.get(key));
    case '$axis2':
      return textOf(message.axis2Property(key));
    case '$trp':
      return textOf(message.headers.get(key));
    default:
      return invalidOperation(expression, 'sequences');
  }
}

function textOf(value: unknown): Found {
  return { text: value === undefined || value === null ? undefined : javaText(value) };
}

import assert from 'node:assert/strict';
import type { Node } from '@xmldom/xmldom';
import { guardedList } from '../../mediators/on-error.js';
import type { CompileContext } from '../../runtime/configuration/context.js';
import type { ConfigElement } from '../../runtime/configuration/element.js';
import { parseConfiguration } from '../../runtime/configuration/parse.js';
import { ConfigurationError, type Problem } from '../../runtime/configuration/problem.js';
import type { Connection } from '../../runtime/database/database.js';
import { compileChildren, MediatorCatalogue } from '../../runtime/deploy/compile-list.js';
import { compileSequenceTemplate } from '../../runtime/deploy/sequence-template.js';
import { compileExpression } from '../../runtime/expression/compile.js';
import { ExpressionSyntaxError } from '../../runtime/expression/expression.js';
import { javaText } from '../../runtime/java/text.js';
import { FloatNumber, WholeNumber } from '../../runtime/java/value.js';
import { JsonElement } from '../../runtime/json/value.js';
import { buildBody } from '../../runtime/message/build.js';
import { Fault } from '../../runtime/message/fault.js';
import { handleFault, runForks } from '../../runtime/message/flow.js';
import { TransportHeaders } from '../../runtime/message/headers.js';
import type { Endpoint, Environment, Exchange, MessageStore, Outcome } from '../../runtime/message/message.js';
import { Message } from '../../runtime/message/message.js';
import { Payload } from '../../runtime/message/payload.js';
import type { EntryValue, RegistryResource } from '../../runtime/message/registry.js';
import { HttpTransport } from '../../runtime/transport/http-transport.js';
import { serializeElement, serializeNode } from '../../runtime/xml/serialize.js';

/** The message that a snippet runs on, and what is deployed around it. */
export interface Given {
  body?: string;
  /** Default: application/json for a body that begins with a bracket, else application/xml. */
  contentType?: string;
  headers?: Record<string, string>;
  properties?: Record<string, unknown>;
  variables?: Record<string, unknown>;
  axis2?: Record<string, unknown>;
  to?: string;
  response?: boolean;
  /** Sequences by name, their mediators as XML; `onError` as in `name@handler`. */
  sequences?: Record<string, string>;
  /** Whole `<template>` elements. */
  templates?: readonly string[];
  entries?: Record<string, EntryValue>;
  /** Secrets by their vault alias. */
  secrets?: Record<string, string>;
  dataSources?: Record<string, Connection>;
  messageStores?: readonly MessageStore[];
  /** What every endpoint answers, in order; the last one repeats. A Fault is thrown. */
  answers?: readonly (Answer | Fault)[];
  /** The sequence is the server owner's, who trusts scripts. */
  trusted?: boolean;
  /** Mediators of the fault sequence; none: the fault is what the row sees. */
  onFault?: string;
}

export interface Answer {
  body?: string;
  contentType?: string;
  status?: number;
  headers?: Record<string, string>;
}

/** What a run left behind. Values other than texts are described as `Integer:5`, `JSON:{…}`, `XML:<a/>` … */
export interface Outcomes {
  outcome: boolean | 'fault' | 'handled';
  fault: string | undefined;
  /** Lines of log mediators; message ids are shown as `*`. */
  logs: string[];
  body: string | undefined;
  /** Whether the flow has built the body. */
  built: boolean;
  properties: Record<string, unknown>;
  variables: Record<string, unknown>;
  axis2: Record<string, unknown>;
  headers: Record<string, unknown>;
  /** Bodies that endpoints received. */
  sent: string[];
  /** Bodies that the client received. */
  answers: string[];
  /** Bodies that came in by the out path. */
  injected: string[];
  registry: Record<string, string>;
  message: Message;
}

export interface Row {
  rule: string;
  xml: string;
  given?: Given;
  /** Every member is compared with what the run left; maps only in the names that stand here. */
  expect: Partial<Omit<Outcomes, 'message'>>;
}

/** One test a row. */
export function table(rows: readonly Row[]): void {
  for (const { rule, xml, given, expect } of rows) {
    it(rule, async () => {
      verify(await run(xml, given), expect, xml);
    });
  }
}

/** Compares what a run left with what a row expects. */
export function verify(ran: Outcomes, expect: Row['expect'], xml: string): void {
  for (const [member, expected] of Object.entries(expect)) {
    assert.deepEqual(narrowed(ran[member as keyof Outcomes], expected), expected, `${member} of ${xml}`);
  }
}

/** Refusals: the code, and the line and column of the problem. */
export function refusals(rows: readonly { rule: string; xml: string; code: string; at?: string }[]): void {
  for (const { rule, xml, code, at } of rows) {
    it(rule, () => {
      const [problem] = problemsOf(xml).filter(({ severity }) => severity === 'error');
      assert.ok(problem, `not refused: ${xml}`);
      assert.equal(problem.code, code, problem.message);
      if (at !== undefined) assert.equal(`${problem.line}:${problem.column}`, at, problem.message);
    });
  }
}

export function problemsOf(xml: string): Problem[] {
  const problems: Problem[] = [];
  compile(xml, problems);
  return problems;
}

/** Compiles mediators and runs them on the message that is given. */
export async function run(xml: string, given: Given = {}): Promise<Outcomes> {
  const problems: Problem[] = [];
  const world = new World(given, problems);
  const mediate = world.compile(xml);
  const errors = problems.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, [], `refused: ${xml}`);
  const message = world.message;
  if (given.onFault !== undefined) message.faultStack.push({ name: 'fault', mediate: world.compile(given.onFault) });
  let outcome: Outcomes['outcome'];
  let fault: string | undefined;
  try {
    outcome = await runForks(message, mediate);
  } catch (error) {
    fault = (error as Error).message;
    outcome = (await handleFault(message, error)) ? 'handled' : 'fault';
  }
  for (let done = 0; done < world.work.length; ) {
    done = world.work.length;
    await Promise.all(world.work);
  }
  for (const ended of world.ending) await ended();
  const { built } = message.payload;
  const { logs, sent, answers, injected, registry } = world;
  return {
    outcome,
    fault,
    built,
    logs,
    sent,
    answers,
    injected,
    registry: Object.fromEntries(registry),
    body: await bodyOf(message),
    properties: described(message.properties),
    variables: described(message.variables),
    axis2: described(message.axis2),
    headers: described(message.headers),
    message,
  };
}

/** Runs mediators, compiled once, on as many messages at the same time. @param ended called whenever one has ended */
export async function runTogether(xml: string, given: Given, count: number, ended: () => void): Promise<void> {
  const mediate = new World(given, []).compile(xml);
  const one = async (): Promise<void> => {
    await runForks(new World(given, []).message, mediate);
    ended();
  };
  // The first one loads engines and compiles what it needs.
  await one();
  await Promise.all(Array.from({ length: count }, one));
}

function narrowed(actual: unknown, expected: unknown): unknown {
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) return actual;
  return Object.fromEntries(Object.keys(expected).map((name) => [name, (actual as Record<string, unknown>)[name]]));
}

function described(values: Iterable<readonly [string, unknown]>): Record<string, unknown> {
  return Object.fromEntries([...values].map(([name, value]) => [name, describeValue(value)]));
}

export function describeValue(value: unknown): unknown {
  if (typeof value === 'string' || value === null || value === undefined) return value;
  if (typeof value === 'number') return `Double:${javaText(value)}`;
  if (typeof value === 'boolean') return `Boolean:${value}`;
  if (value instanceof WholeNumber) return `${value.type}:${value}`;
  if (value instanceof FloatNumber) return `Float:${javaText(value)}`;
  if (value instanceof JsonElement) return `JSON:${javaText(value)}`;
  if (typeof value === 'object' && 'nodeType' in value) return `XML:${serializeNode(value as Node)}`;
  if (Array.isArray(value)) return value.map(describeValue);
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, one]) => [name, describeValue(one)]));
  return value instanceof Error ? `Error:${value.message}` : 'object';
}

/** The body as text, built first; undefined when there is none. */
export async function bodyOf(message: Message): Promise<string | undefined> {
  if (!message.payload.built) await buildBody(message);
  const { payload } = message;
  if (payload.isJson) return payload.jsonText;
  if (payload.text !== undefined) return payload.text;
  const element = payload.firstElement();
  return element && serializeElement(element);
}

function compile(xml: string, problems: Problem[]) {
  return new World({}, problems).compile(xml);
}

/** Everything around one message. */
class World {
  readonly logs: string[] = [];
  readonly sent: string[] = [];
  readonly answers: string[] = [];
  readonly injected: string[] = [];
  readonly work: Promise<unknown>[] = [];
  readonly ending: (() => Promise<void>)[] = [];
  readonly registry = new Map<string, string>();
  readonly message: Message;
  readonly #sequences = new Map<string, { name: string; mediate: (message: Message) => Outcome | Promise<Outcome> }>();
  #calls = 0;

  constructor(
    readonly given: Given,
    readonly problems: Problem[],
  ) {
    this.message = this.#message();
    for (const [key, xml] of Object.entries(given.sequences ?? {})) {
      const [name = '', onError] = key.split('@');
      const root = parsed(`<sequence name="${name}"${onError ? ` onError="${onError}"` : ''}>${xml}</sequence>`);
      this.#sequences.set(name, { name, mediate: guardedList(root, this.#context) });
    }
  }

  compile(xml: string) {
    return compileChildren(parsed(`<sequence name="test">${xml}</sequence>`), this.#context, catalogue).mediate;
  }

  get #context(): CompileContext {
    const context: CompileContext = {
      artifact: 'sequence:test',
      report: (problem) => void this.problems.push(problem),
      children: (parent) => compileChildren(parent, context, catalogue),
      expression: expressionOf,
      endpoint: () => this.#endpoint,
      trusted: this.given.trusted === true,
    };
    return context;
  }

  get #endpoint(): Endpoint {
    const send = async (message: Message, blocking = false): Promise<void> => {
      this.sent.push((await bodyOf(message)) ?? '');
      // As over a network, what runs beside the call gets on meanwhile.
      await new Promise(setImmediate);
      const { answers = [{}] } = this.given;
      const answer = answers[Math.min(this.#calls++, answers.length - 1)] ?? {};
      if (answer instanceof Fault) throw answer;
      become(message, answer);
      if (blocking) await buildBody(message);
    };
    return { name: undefined, send: (message) => send(message), sendBlocking: (message) => send(message, true) };
  }

  #message(): Message {
    const { given } = this;
    const type = given.contentType ?? (/^\s*[[{]/.test(given.body ?? '') ? 'application/json' : 'application/xml');
    const message = new Message({
      environment: this.#environment(),
      exchange: this.#exchange(),
      payload: given.body === undefined ? Payload.empty() : Payload.unread(Buffer.from(given.body)),
      headers: TransportHeaders.of(
        Object.entries({ ...(given.body === undefined ? {} : { 'Content-Type': type }), ...given.headers }),
      ),
    });
    if (given.body !== undefined) {
      message.axis2.set('ContentType', type);
      message.axis2.set('messageType', type.split(';')[0]);
    }
    message.axis2.set('HTTP_METHOD', 'POST');
    for (const [name, value] of Object.entries(given.axis2 ?? {})) message.axis2.set(name, value);
    for (const [name, value] of Object.entries(given.properties ?? {})) message.properties.set(name, value);
    for (const [name, value] of Object.entries(given.variables ?? {})) message.variables.set(name, value);
    message.addressing.to = given.to ?? '/c/test?k=7&m=';
    message.response = given.response ?? false;
    return message;
  }

  #exchange(): Exchange {
    return {
      answered: false,
      respond: async (message) => void this.answers.push((await bodyOf(message)) ?? ''),
      inject: async (message) => void this.injected.push((await bodyOf(message)) ?? ''),
      track: (work) => void this.work.push(work),
      unhandled: () => {},
      // A row looks at what happens before the client has its answer.
      whenAnswered: () => {},
      whenEnded: (callback) => void this.ending.push(callback),
      acknowledgeIfForced: () => {},
    };
  }

  #environment(): Environment {
    const { given } = this;
    return {
      sequence: (key) => this.#sequences.get(key),
      endpoint: (key) => (key === 'missing' ? undefined : this.#endpoint),
      sequenceTemplate: (name) => this.#template(name),
      localEntry: (key) => given.entries?.[key],
      messageStore: (name) => given.messageStores?.find((store) => store.name === name),
      dataSource: (name) => given.dataSources?.[name],
      registry: {
        get: (key): RegistryResource | undefined => {
          const text = this.registry.get(key);
          return text === undefined
            ? undefined
            : { mediaType: 'text/plain', content: Buffer.from(text), properties: new Map() };
        },
        put: (key, content) => void this.registry.set(key, String(content)),
        setProperty: (key, name, value) => void this.registry.set(`${key}@${name}`, value),
      },
      systemProperties: new Map(),
      fileProperty: () => undefined,
      environmentVariable: (name) => process.env[name],
      secret: (alias) => given.secrets?.[alias],
      property: () => undefined,
      transport,
      logger: {
        enabled: (level) => level !== 'DEBUG' && level !== 'TRACE',
        log: (_level, logger, text) => {
          if (logger === 'LogMediator') this.logs.push(text.replace(/urn:uuid:[-0-9a-f]+/g, '*'));
        },
      },
    };
  }

  #template(name: string) {
    const found = (this.given.templates ?? []).map(parsed).find((element) => element.attribute('name') === name);
    return found && compileSequenceTemplate(found, this.#context);
  }
}

const catalogue = new MediatorCatalogue();

/** For mediators that ask a service of their own. */
const transport = new HttpTransport();

/** On line 1, so that the columns of problems are those of the snippet plus 25. */
function parsed(xml: string): ConfigElement {
  return parseConfiguration(xml.replace(/^<(\w+)/, '<$1 xmlns="http://ws.apache.org/ns/synapse"'), 'test.xml');
}

function expressionOf(element: ConfigElement, attribute: string, text?: string) {
  const source = text ?? element.attribute(attribute);
  if (!source) return element.fail('missing-attribute', `<${element.localName}> needs "${attribute}"`);
  try {
    return compileExpression(source, element.namespaces());
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    throw new ConfigurationError(element.problem('invalid-expression', error.message, { attribute }));
  }
}

/** The message becomes an answer as message-model 1.5 has it. */
function become(message: Message, answer: Answer): void {
  const type = answer.contentType ?? 'application/json';
  message.payload = Payload.unread(Buffer.from(answer.body ?? '{"backend":"ok"}'));
  message.headers = TransportHeaders.of(Object.entries({ 'Content-Type': type, ...answer.headers }));
  message.axis2 = new Map<string, unknown>([
    ['HTTP_SC', WholeNumber.integer(answer.status ?? 200)],
    ['ContentType', type],
    ['messageType', type],
  ]);
  message.addressing.to = 'http://www.w3.org/2005/08/addressing/anonymous';
}

import type { Element } from '@xmldom/xmldom';
import { javaText } from '../../java/text.js';
import type { Message } from '../../message/message.js';
import type { RecordedCall, Recorder } from '../../message/recorder.js';
import { serializeElement } from '../../xml/serialize.js';

/** What a step changed: a property of a scope, a variable, a header or the body. */
export interface RecordedWrite {
  what: 'default' | 'axis2' | 'operation' | 'client' | 'variable' | 'header' | 'body';
  name: string;
  before?: string;
  after?: string;
}

export interface RecordedStep {
  mediator: string;
  artifact: string;
  line: number;
  /** Milliseconds. */
  ms: number;
  writes: RecordedWrite[];
  note?: string;
}

/** Collects steps, calls and log lines of one run. */
export class Recording implements Recorder<Message> {
  readonly steps: RecordedStep[] = [];
  readonly calls: RecordedCall[] = [];
  /** Texts that must not be shown, under whatever name they stand. */
  readonly secrets = new Set<string>();
  readonly #logs: { level: string; text: string }[] = [];
  readonly #engineLogs: { level: string; text: string }[] = [];

  /** The flow's own lines, then those of the engine. */
  get allLogs(): { level: string; text: string }[] {
    return [...this.#logs, ...this.#engineLogs];
  }

  step(message: Message, mediator: string, line: number, artifact: string): (note?: string) => void {
    const step: RecordedStep = { mediator, artifact, line, ms: 0, writes: [] };
    this.steps.push(step);
    const before = snapshot(message);
    const start = performance.now();
    return (note) => {
      step.ms = Math.round((performance.now() - start) * 1000) / 1000;
      step.writes = differences(before, snapshot(message));
      if (note !== undefined) step.note = note;
    };
  }

  call(call: RecordedCall): void {
    this.calls.push(call);
  }

  secret(text: string): void {
    this.secrets.add(text);
  }

  log(level: string, text: string): void {
    this.#logs.push({ level, text });
  }

  engineLog(level: string, text: string): void {
    this.#engineLogs.push({ level, text });
  }
}

type Snapshot = ReadonlyMap<RecordedWrite['what'], ReadonlyMap<string, unknown>>;

/** Engine-internal properties that would only be noise in a trace. */
const internal = /^(mediant\.|message\.builder|EXCESS_TRANSPORT|LAST_SEQ_FAULT|_|synapse\.internal)/;

function snapshot(message: Message): Snapshot {
  return new Map<RecordedWrite['what'], ReadonlyMap<string, unknown>>([
    ['default', new Map(message.properties)],
    ['axis2', new Map(message.axis2)],
    ['operation', new Map(message.operation)],
    ['client', new Map(message.client)],
    ['variable', new Map(message.variables)],
    ['header', new Map(message.headers)],
    ['body', new Map([['body', bodyText(message)]])],
  ]);
}

/** The body as it stands, without building it. */
export function bodyText(message: Message): string | undefined {
  const { payload } = message;
  if (!payload.built)
    return payload.source instanceof Uint8Array ? Buffer.from(payload.source).toString('utf8') : undefined;
  return payload.jsonText ?? payload.text ?? elementText(payload.firstElement());
}

function elementText(element: Element | undefined): string | undefined {
  return element && serializeElement(element);
}

function differences(before: Snapshot, after: Snapshot): RecordedWrite[] {
  const writes: RecordedWrite[] = [];
  for (const [what, values] of after) {
    const old = before.get(what) ?? new Map();
    for (const name of new Set([...old.keys(), ...values.keys()])) {
      if (internal.test(name) || Object.is(old.get(name), values.get(name))) continue;
      writes.push({ what, name, ...textOf('before', old.get(name)), ...textOf('after', values.get(name)) });
    }
  }
  return writes;
}

function textOf<Key extends 'before' | 'after'>(key: Key, value: unknown): { [K in Key]?: string } {
  return (value === undefined || value === null ? {} : { [key]: javaText(value) }) as { [K in Key]?: string };
}

import assert from 'node:assert/strict';
import { mediators } from '../mediators/index.js';
import { jvmOnly } from '../mediators/jvm-only.js';
import type { Case } from './measure.js';
import { type Body, bodies, World, written } from './messages.js';
import { classPort, neighbours, notMeasured, type Sample, samples } from './micro-samples.js';

/** Name of the row that shows what a message costs without any mediator. */
export const EMPTY = '(none)';

/** One message through one mediator, for each mediator and body; `by` is the kind of body. */
export async function mediatorCases(): Promise<Case[]> {
  assert.deepEqual(missing(), [], 'every mediator has a sample');
  const world = new World(neighbours, [classPort]);
  const empty: Sample = { mediator: EMPTY, xml: () => '', after: { outcome: 'completed' } };
  const cases: Case[] = [];
  for (const sample of [empty, ...samples]) {
    for (const [kind, body] of Object.entries(bodies)) {
      if (sample.only === undefined || sample.only === kind) cases.push(caseOf(world, sample, kind as Kind, body));
    }
  }
  return cases;
}

/** The sequence whose cost is promised: ten properties, a filter, a header and a log. */
export function sequenceCases(): Case[] {
  const world = new World();
  const properties = Array.from({ length: 10 }, (_, count) =>
    count % 2 === 0
      ? `<property name="p${count}" value="value ${count}"/>`
      : `<property name="p${count}" expression="get-property('p${count - 1}')"/>`,
  );
  const xml = `${properties.join('')}
    <filter source="get-property('p9')" regex="value .*"><then><property name="matched" value="yes"/></then></filter>
    <header name="X-Order" scope="transport" expression="get-property('p9')"/>
    <log level="custom"><property name="order" expression="get-property('p9')"/></log>`;
  const full: Sample = {
    mediator: 'ten properties, filter, header, log',
    xml: () => xml,
    after: { outcome: 'completed', properties: { p9: 'value 8', matched: 'yes' }, headers: { 'X-Order': 'value 8' } },
  };
  return [caseOf(world, full, 'json', bodies.json)];
}

type Kind = keyof typeof bodies;

function caseOf(world: World, sample: Sample, kind: Kind, body: Body): Case {
  const mediate = world.sequence(sample.xml(kind), sample);
  const name = sample.name ?? sample.mediator;
  const bytes = Buffer.from(body.text);
  const run = async (): Promise<unknown> => {
    // What is kept between messages (answers, compiled stylesheets, connections) is there from the second one on.
    if (sample.warm && !warmed.has(key)) await world.run(mediate, bytes, body.contentType);
    warmed.add(key);
    return world.run(mediate, bytes, body.contentType);
  };
  const key = `${name} ${kind}`;
  const check = async (result: unknown): Promise<void> =>
    checkAfter(result as Awaited<ReturnType<World['run']>>, sample);
  return { name, by: kind, batch: 1, run, check };
}

const warmed = new Set<string>();

async function checkAfter({ message, client }: Awaited<ReturnType<World['run']>>, { after }: Sample): Promise<void> {
  assert.equal(client.error, undefined, String(client.error));
  assert.equal(message.properties.get('ERROR_MESSAGE'), after.properties?.ERROR_MESSAGE, 'a fault');
  assert.equal(client.answered ? 'responded' : 'completed', after.outcome);
  for (const [name, value] of Object.entries(after.properties ?? {})) {
    assert.equal(String(message.properties.get(name)), value, `property ${name}`);
  }
  for (const [name, value] of Object.entries(after.headers ?? {}))
    assert.equal(message.headers.text(name), value, name);
  if (after.body !== undefined) assert.match(client.answer ?? (await written(message)), after.body);
}

function missing(): string[] {
  const measured = new Set([...samples.map(({ mediator }) => mediator), ...Object.keys(notMeasured)]);
  const built = mediators.filter((definition) => !jvmOnly.includes(definition));
  return built.map(({ name }) => name).filter((name) => !measured.has(name));
}

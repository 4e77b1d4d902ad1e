import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { evaluate, type MessageInput, run } from '../../runtime/index.js';
import { folder, readJson } from './known.js';

/** One row of a recorded table (README of the tables). */
interface Row {
  expr?: string;
  template?: string;
  media?: 'text' | 'json' | 'xml' | 'log';
  text?: string | null;
  error?: string;
}

interface Table {
  message: {
    contentType?: string;
    body?: string;
    headers?: Record<string, string>;
    path?: string;
    properties?: Record<string, unknown>;
    axis2?: Record<string, unknown>;
    query?: Record<string, unknown>;
    variables?: Record<string, unknown>;
    registry?: Record<string, unknown>;
    namespaces?: Record<string, string>;
  };
  rows: Row[];
}

/** Rows that Mediant answers in its own way, by table and expression. */
const own =
  readJson<Record<string, Record<string, { reason: string; text?: string | null; fails?: true }>>>(
    'expression-differences.json',
  );

function messageOf({ message }: Table): MessageInput {
  const query = Object.entries(message.query ?? {}).map(([name, value]) => [`query.param.${name}`, value]);
  return {
    method: 'POST',
    path: message.path ?? '/conformance/expressions',
    headers: { ...(message.contentType ? { 'Content-Type': message.contentType } : {}), ...message.headers },
    ...(message.contentType ? { contentType: message.contentType } : {}),
    ...(message.body === undefined ? {} : { body: message.body }),
    properties: {
      default: { ...message.properties, ...Object.fromEntries(query) },
      axis2: message.axis2 ?? {},
      registry: message.registry ?? {},
    },
    variables: message.variables ?? {},
  };
}

const escapeXml = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const escapeAttribute = (text: string): string =>
  escapeXml(text).replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');

async function runSteps(table: Table, steps: string): ReturnType<typeof run> {
  const namespaces = Object.entries(table.message.namespaces ?? {})
    .map(([prefix, uri]) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`)
    .join('');
  const sequence = `<sequence xmlns="http://ws.apache.org/ns/synapse"${namespaces} name="row">${steps}</sequence>`;
  const result = await run(sequence, messageOf(table));
  assert.notEqual(result.outcome, 'faulted', result.error?.message);
  return result;
}

async function textOf(table: Table, row: Row): Promise<string | null> {
  if (row.template !== undefined) return templateText(table, row.template, row.media ?? 'text');
  const expression = row.expr ?? '';
  if (table.message.namespaces) {
    const result = await runSteps(table, `<property name="row" expression="${escapeAttribute(expression)}"/>`);
    return (result.message.properties.default.row as string | undefined) ?? null;
  }
  const result = await evaluate(expression, messageOf(table));
  return result.kind === 'missing' && row.text === null ? null : result.text;
}

async function templateText(table: Table, template: string, media: string): Promise<string> {
  if (media === 'log') {
    const result = await runSteps(table, `<log category="INFO"><message>${escapeXml(template)}</message></log>`);
    return result.logs[0]?.text ?? '';
  }
  const format = media === 'xml' ? template : escapeXml(template);
  const steps = `<payloadFactory media-type="${media}"><format>${format}</format><args/></payloadFactory>`;
  return (await runSteps(table, steps)).message.body;
}

for (const file of readdirSync(new URL('expressions/', folder)).filter((name) => name.endsWith('.json'))) {
  const name = path.basename(file, '.json');
  const table = readJson<Table>(`expressions/${file}`);

  describe(`recorded expressions: ${name}`, () => {
    for (const row of table.rows) {
      const what = row.expr ?? `${row.media}: ${row.template}`;
      const difference = own[name]?.[what];
      it(what, async () => {
        if (difference ? difference.fails : row.error !== undefined) await assert.rejects(textOf(table, row));
        else assert.equal(await textOf(table, row), difference ? difference.text : row.text);
      });
    }
  });
}

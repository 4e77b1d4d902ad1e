import assert from 'node:assert/strict';
import { DOMParser } from '@xmldom/xmldom';
import { JSONPath } from 'jsonpath-plus';
import { SaxesParser } from 'saxes';
import xpath from 'xpath';
import { compileExpression } from '../runtime/expression/compile.js';
import { compileJsonPath } from '../runtime/expression/jsonpath/jsonpath.js';
import { parseLenientJson } from '../runtime/json/parse.js';
import { buildBody } from '../runtime/message/build.js';
import { xmlToJson } from '../runtime/message/conversion/xml-to-json.js';
import type { Message } from '../runtime/message/message.js';
import { StoredJson } from '../runtime/message/stored-json.js';
import { parseElement, parseXml } from '../runtime/xml/parse.js';
import { type Case, repeated } from './measure.js';
import { Client, World } from './messages.js';

/** The package has it, its types do not. */
const { parse } = xpath as unknown as { parse(text: string): { evaluateString(options: object): string } };

const OURS = 'mediant';
const CONTEXT = 'http://ws.apache.org/ns/synapse/xpath/context';
const is =
  (expected: unknown): Case['check'] =>
  (result) =>
    assert.deepEqual(result, expected);

const pair = '<a><b>found</b></a>';
const filledXml = (bytes: number): string => {
  const rows: string[] = [];
  for (let length = 0; length < bytes; length += rows.at(-1)?.length ?? 0) {
    rows.push(`<row id="${rows.length}"><name>name ${rows.length}</name><price currency="EUR">12.50</price></row>`);
  }
  return `<rows>${rows.join('')}${pair}</rows>`;
};

async function built(text: string, contentType: string): Promise<Message> {
  const world = new World();
  const message = world.message(Buffer.from(text), contentType, new Client(world.deployed));
  await buildBody(message);
  message.setProperty('x', 'value');
  return message;
}

const ours = (text: string, message: Message, batch: number, expected: string): Case => {
  const expression = compileExpression(text, new Map());
  return repeated(text, OURS, batch, () => expression.text(message), is(expected));
};

/** Expressions on a message whose body has been parsed, and conversions; beside each, a library alone. */
export async function expressionCases(): Promise<Case[]> {
  return [...(await xpathCases()), ...(await jsonCases()), ...parserCases()];
}

async function xpathCases(): Promise<Case[]> {
  const text = filledXml(1000);
  const message = await built(text, 'application/xml');
  // An envelope is no part of a document, so the library gets the same tree without one.
  const node = parseXml(text);
  const { properties } = message;
  const getProperty = parse("get-property('x')");
  const functions = { 'get-property': (_: unknown, name: { toString(): string }) => String(properties.get(`${name}`)) };
  const variable = parse('$ctx:x');
  const variables = (name: string): string => String(properties.get(name));
  const paths = parse('//a/b');
  const alone = 'xpath';
  return [
    ours("get-property('x')", message, 1000, 'value'),
    repeated("get-property('x')", alone, 1000, () => getProperty.evaluateString({ node, functions }), is('value')),
    ours('$ctx:x', message, 1000, 'value'),
    repeated(
      '$ctx:x',
      alone,
      1000,
      () => variable.evaluateString({ node, variables, namespaces: { ctx: CONTEXT } }),
      is('value'),
    ),
    ours('//a/b', message, 20, 'found'),
    repeated('//a/b', alone, 20, () => paths.evaluateString({ node }), is('found')),
  ];
}

async function jsonCases(): Promise<Case[]> {
  const value = { a: { b: 'found' }, rest: Array.from({ length: 20 }, (_, id) => ({ id, name: `name ${id}` })) };
  const json = { ...value, note: 'x'.repeat(Math.max(0, 1000 - JSON.stringify(value).length - 10)) };
  const message = await built(JSON.stringify(json), 'application/json');
  const alone = () => JSONPath({ path: '$.a.b', json, wrap: false, eval: false });
  return [
    ours('json-eval($.a.b)', message, 1000, 'found'),
    repeated('json-eval($.a.b)', 'jsonpath-plus', 1000, alone, is('found')),
    ours('${payload.a.b}', message, 1000, 'found'),
    ...freshJsonCases(),
  ];
}

/** A body that nobody has looked at before: a path that walks down by names needs a scan of it only. */
function freshJsonCases(): Case[] {
  const rows = Array.from({ length: 110 }, (_, id) => ({ id, name: `name ${id}`, price: 12.5, tags: ['a', 'b'] }));
  const text = JSON.stringify({ rows, a: { b: 'found' } });
  const name = 'one value of 9 kB of JSON';
  const path = compileJsonPath('$.a.b');
  const read = (stored: StoredJson | undefined) => stored?.scan && path.readScanned?.(stored.scan)?.value;
  return [
    repeated(name, OURS, 10, () => read(StoredJson.ofText(text)), is('found')),
    repeated(name, 'mediant, parsed whole', 10, () => path.read(parseLenientJson(text)).value, is('found')),
    repeated(name, 'JSON.parse', 10, () => JSON.parse(text).a.b, is('found')),
  ];
}

function parserCases(): Case[] {
  const text = filledXml(9000);
  const larger = filledXml(10_000);
  const element = parseElement(larger);
  const name = 'parse 9 kB of XML';
  const hasRoot: Case['check'] = (document) =>
    assert.equal((document as { documentElement: { nodeName: string } }).documentElement.nodeName, 'rows');
  const parser = new DOMParser();
  const elements = text.match(/<\w/g)?.length;
  return [
    repeated(name, OURS, 1, () => parseXml(text), hasRoot),
    repeated(name, '@xmldom/xmldom', 1, () => parser.parseFromString(text, 'text/xml'), hasRoot),
    repeated(name, 'saxes, events only', 1, () => countElements(text), is(elements)),
    repeated(
      'XML to JSON, 10 kB',
      OURS,
      1,
      () => xmlToJson(element),
      (json) => assert.equal(JSON.parse(json as string).rows.a.b, 'found'),
    ),
  ];
}

function countElements(text: string): number {
  let count = 0;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', () => count++);
  parser.write(text).close();
  return count;
}

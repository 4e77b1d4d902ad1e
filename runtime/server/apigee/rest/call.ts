import type { Context } from 'koa';
import { parseJson } from '../../../json/parse.js';
import { toJs } from '../../../json/plain.js';
import { JsonSyntaxError } from '../../../json/reader.js';
import { isObject } from '../../apim-model/json-object.js';
import { readForm } from '../../rest/multipart.js';
import { parseGivenXml } from '../model/bundle-summary.js';
import { ApigeeError, badRequest } from '../model/error.js';
import { Input } from '../model/input.js';
import { fromXml } from './xml-form.js';

/** What a body may have: bundles are the largest. */
export const maxBodyBytes = 15 * 1024 * 1024;

/** A management call: who makes it, and its parameters and body in the forms that the steps ask for. */
export class Call {
  #form: URLSearchParams | undefined;

  /**
   * @param user who makes the call
   * @param body read to its end
   */
  constructor(
    readonly ctx: Context,
    readonly user: string,
    readonly body: Buffer,
  ) {}

  /** A parameter of the path. */
  path(name: string): string {
    const { params } = this.ctx as unknown as { params: Record<string, string> };
    return params[name] ?? '';
  }

  /** A parameter of the query or, where the query has none, of a form body; empty when absent. */
  parameter(name: string): string {
    const value = this.ctx.query[name];
    const first = Array.isArray(value) ? value[0] : value;
    return first ?? this.#formBody().get(name) ?? '';
  }

  /** @throws ApigeeError 400 when it is absent */
  required(name: string): string {
    const value = this.parameter(name);
    if (value === '') throw badRequest(`The parameter ${name} is missing`);
    return value;
  }

  /** A revision of the path or the query. @throws ApigeeError 400 for what is no number from 1 up */
  revision(text: string): number {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw badRequest(`"${text}" is no revision: revisions are numbers from 1 up`);
    return Number(text);
  }

  /**
   * The body as an entity, from JSON or XML. Without a type, or with that of a form, the first character decides: `curl -d`
   * says that everything is a form.
   *
   * @param root name of the element that the entity has in XML
   * @throws ApigeeError 400 with line and column for what is neither
   */
  input(root: string): Input {
    const text = this.body.toString('utf8').replace(/^\ufeff/, '');
    const type = this.ctx.get('content-type').toLowerCase();
    const isXml = /\bxml\b/.test(type) || (!type.includes('json') && /^\s*</.test(text));
    if (text.trim() === '') return new Input({});
    if (isXml) return xmlInput(text, root);
    return jsonInput(text);
  }

  /** The zip of an import: the body itself, or the first file of a multipart form. */
  zip(): Uint8Array {
    if (this.body.length === 0) throw badRequest('The body is empty; send the zip of the bundle');
    return this.body;
  }

  #formBody(): URLSearchParams {
    const isForm = this.ctx.get('content-type').toLowerCase().startsWith('application/x-www-form-urlencoded');
    this.#form ??= new URLSearchParams(isForm ? this.body.toString('utf8') : '');
    return this.#form;
  }
}

/**
 * Reads the body of a call. Of a multipart form it is the first file.
 * @throws ApigeeError 413 for one that is too large
 */
export async function readBody(ctx: Context): Promise<Buffer> {
  if (ctx.is('multipart/form-data')) {
    const [file] = (await readForm(ctx, maxBodyBytes)).files.values();
    return file?.bytes ?? Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) {
      const text = `The body is larger than ${maxBodyBytes / 1024 / 1024} MB`;
      throw new ApigeeError(413, 'request.TooLarge', text);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function xmlInput(text: string, root: string): Input {
  const element = parseGivenXml(text, 'body');
  if (element.localName !== root) {
    throw badRequest(`body:${element.line}:${element.column} <${root}> is expected, not <${element.localName}>`);
  }
  return new Input(fromXml(element));
}

function jsonInput(text: string): Input {
  try {
    const value = toJs(parseJson(text));
    if (isObject(value)) return new Input(value);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badRequest(`body:${error.line}:${error.column} The body is no JSON that can be read`);
  }
  throw badRequest('The body must be a JSON object');
}

import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Context } from 'koa';
import { ApimError, badRequest } from '../apim-model/error.js';
import type { Upload } from '../apim-model/policies.js';

const defaultMaxFileBytes = 10 * 1024 * 1024;

/** Parts of a multipart body: texts by field name, files by field name. */
export interface Parts {
  texts: Map<string, string>;
  files: Map<string, Upload>;
}

/** The same, the files as bytes. */
export interface Form {
  texts: Map<string, string>;
  files: Map<string, { file: string; bytes: Buffer }>;
}

/**
 * Reads a multipart/form-data body of texts and text files into memory.
 *
 * @throws ApimError 400 for a body that is none, 413 for a part over 10 MB
 */
export async function readParts(ctx: Context): Promise<Parts> {
  const { texts, files } = await readForm(ctx, defaultMaxFileBytes);
  const read = [...files].map(([name, { file, bytes }]) => [name, { file, text: bytes.toString('utf8') }] as const);
  return { texts, files: new Map(read) };
}

/**
 * Reads a multipart/form-data body into memory.
 *
 * @param maxFileBytes what one part may have
 * @throws ApimError 400 for a body that is none, 413 for a part that is larger
 */
export function readForm(ctx: Context, maxFileBytes: number): Promise<Form> {
  if (!ctx.is('multipart/form-data')) {
    throw badRequest('The body must be multipart/form-data');
  }
  const form: Form = { texts: new Map(), files: new Map() };
  return new Promise((resolve, reject) => {
    const busboy = openBusboy(ctx, maxFileBytes, reject);
    if (busboy === undefined) return;
    busboy.on('field', (name, value) => form.texts.set(name, value));
    busboy.on('file', (name, stream, file) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => reject(tooLarge(maxFileBytes)));
      stream.on('end', () => form.files.set(name, { file, bytes: Buffer.concat(chunks) }));
    });
    busboy.on('error', (error: unknown) => reject(unreadable(error)));
    busboy.on('finish', () => resolve(form));
    ctx.req.on('error', reject);
    ctx.req.on('aborted', () => reject(badRequest('The body ended early')));
    ctx.req.pipe(busboy);
  });
}

function openBusboy(ctx: Context, maxFileBytes: number, reject: (error: unknown) => void): BusboyInstance | undefined {
  try {
    const limits = { fileSize: maxFileBytes, fieldSize: maxFileBytes, files: 10, fields: 100 };
    return new Busboy({ headers: ctx.req.headers as BusboyHeaders, limits });
  } catch (error) {
    reject(unreadable(error));
    return undefined;
  }
}

function unreadable(error: unknown) {
  return badRequest(`The multipart body cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}

function tooLarge(maxFileBytes: number) {
  return new ApimError(413, 413, 'Payload Too Large', `A file is larger than ${maxFileBytes / 1024 / 1024} MB`);
}

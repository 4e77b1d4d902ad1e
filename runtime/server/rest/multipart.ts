import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { Context } from 'koa';
import { ApimError, badRequest } from '../apim-model/error.js';
import type { Upload } from '../apim-model/policies.js';

const maxFileBytes = 10 * 1024 * 1024;

/** Parts of a multipart body: texts by field name, files by field name. */
export interface Parts {
  texts: Map<string, string>;
  files: Map<string, Upload>;
}

/**
 * Reads a multipart/form-data body into memory.
 *
 * @throws ApimError 400 for a body that is none, 413 for a part over 10 MB
 */
export function readParts(ctx: Context): Promise<Parts> {
  if (!ctx.is('multipart/form-data')) {
    throw badRequest('The body must be multipart/form-data');
  }
  const parts: Parts = { texts: new Map(), files: new Map() };
  return new Promise((resolve, reject) => {
    const busboy = openBusboy(ctx, reject);
    if (busboy === undefined) return;
    busboy.on('field', (name, value) => parts.texts.set(name, value));
    busboy.on('file', (name, stream, file) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => reject(tooLarge()));
      stream.on('end', () => parts.files.set(name, { file, text: Buffer.concat(chunks).toString('utf8') }));
    });
    busboy.on('error', (error: unknown) => reject(unreadable(error)));
    busboy.on('finish', () => resolve(parts));
    ctx.req.on('error', reject);
    ctx.req.on('aborted', () => reject(badRequest('The body ended early')));
    ctx.req.pipe(busboy);
  });
}

function openBusboy(ctx: Context, reject: (error: unknown) => void): BusboyInstance | undefined {
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

function tooLarge() {
  return new ApimError(413, 413, 'Payload Too Large', `A file is larger than ${maxFileBytes / 1024 / 1024} MB`);
}

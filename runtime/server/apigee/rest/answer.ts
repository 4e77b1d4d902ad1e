import type { Context } from 'koa';
import { prettyJson } from './pretty-json.js';
import { toXml } from './xml-form.js';

/** What a call is answered with. */
export type Answer =
  | { readonly status: number; readonly root: string; readonly view: unknown }
  | { readonly status: number; readonly type: string; readonly file?: string; readonly content: string | Uint8Array }
  | { readonly status: 204 };

/** An entity. @param root name of its element in XML */
export function show(root: string, view: unknown, status = 200): Answer {
  return { status, root, view };
}

export const noContent: Answer = { status: 204 };

/** Sets the answer, as XML when the caller would rather have that. */
export function write(ctx: Context, answer: Answer): void {
  ctx.status = answer.status;
  if ('view' in answer) {
    writeView(ctx, answer.root, answer.view);
  } else if ('content' in answer) {
    if (answer.file !== undefined) ctx.attachment(answer.file);
    ctx.type = answer.type;
    ctx.body = typeof answer.content === 'string' ? answer.content : Buffer.from(answer.content);
  }
}

function writeView(ctx: Context, root: string, view: unknown): void {
  const wanted = ctx.accepts('application/json', 'application/xml', 'text/xml');
  ctx.vary('Accept');
  if (wanted === 'application/xml' || wanted === 'text/xml') {
    ctx.set('Content-Type', wanted);
    ctx.body = toXml(root, view);
    return;
  }
  ctx.set('Content-Type', 'application/json');
  ctx.body = `${prettyJson(view)}\n`;
}

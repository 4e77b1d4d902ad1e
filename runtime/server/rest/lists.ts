import type { Context } from 'koa';
import { badRequest } from '../apim-model/error.js';
import { queryText } from './body.js';

interface Page {
  offset: number;
  limit: number;
}

/** `{count, list, pagination}` of the part that the query asks for: limit 25, offset 0 by default (api-management 1.3). */
export function listDto<T>(ctx: Context, all: readonly T[], dto: (item: T) => unknown): object {
  const page = pageOf(ctx);
  const list = all.slice(page.offset, page.offset + page.limit).map(dto);
  return { count: list.length, list, pagination: { ...page, total: all.length, ...neighbours(ctx, page, all.length) } };
}

/** The older form: `next` and `previous` beside `count` (v0.16). */
export function oldListDto<T>(ctx: Context, all: readonly T[], dto: (item: T) => unknown): object {
  const page = pageOf(ctx);
  const list = all.slice(page.offset, page.offset + page.limit).map(dto);
  const { next, previous } = neighbours(ctx, page, all.length);
  return { count: list.length, next, previous, list, pagination: { ...page, total: all.length } };
}

function pageOf(ctx: Context): Page {
  return { offset: wholeNumber(ctx, 'offset', 0), limit: wholeNumber(ctx, 'limit', 25) };
}

function wholeNumber(ctx: Context, name: string, fallback: number): number {
  const text = queryText(ctx, name);
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw badRequest(`${name}: "${text}" is no whole number`);
  return Number(text);
}

function neighbours(ctx: Context, { offset, limit }: Page, total: number): { next: string; previous: string } {
  const next = offset + limit < total ? link(ctx, offset + limit, limit) : '';
  const previous = offset > 0 ? link(ctx, Math.max(0, offset - limit), limit) : '';
  return { next, previous };
}

function link(ctx: Context, offset: number, limit: number): string {
  const query = new URLSearchParams(ctx.querystring);
  query.set('limit', String(limit));
  query.set('offset', String(offset));
  return `${ctx.path}?${query}`;
}

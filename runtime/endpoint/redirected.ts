import type { Message } from '../message/message.js';

/** Where a leaf endpoint sends to: in tests a mock service may stand for a named one (artifacts 5.5). */
export function redirected({ environment }: Message, endpoint: string | undefined, url: string): string {
  return endpoint === undefined || !environment.redirect ? url : environment.redirect(endpoint, url);
}

import { createHash, randomInt } from 'node:crypto';
import type { Secrets } from '../../../store/secrets.js';
import type { Store } from '../../../store/store.js';

/** What every part of one organisation works with. */
export interface OrganizationContext {
  readonly organization: string;
  readonly store: Store;
  readonly secrets: Secrets;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Who made an entity when, and who changed it last. */
export interface Stamp {
  readonly createdAt: number;
  readonly createdBy: string;
  readonly lastModifiedAt: number;
  readonly lastModifiedBy: string;
}

export function created(context: OrganizationContext, user: string): Stamp {
  const at = context.now();
  return { createdAt: at, createdBy: user, lastModifiedAt: at, lastModifiedBy: user };
}

/** The stamp of a changed entity. */
export function modified(context: OrganizationContext, old: Stamp, user: string): Stamp {
  const { createdAt, createdBy } = old;
  return { createdAt, createdBy, lastModifiedAt: context.now(), lastModifiedBy: user };
}

/** What stands in the store in the place of a secret of this organisation that is looked for by its whole text. */
export function digestOf(
  context: OrganizationContext,
  kind: 'key' | 'token' | 'refresh' | 'code',
  text: string,
): string {
  return createHash('sha256').update(`${context.organization}\n${kind}\n${text}`).digest('base64url');
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Random letters and digits. */
export function randomText(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

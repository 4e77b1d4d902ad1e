import { WholeNumber } from './value.js';

/** `Boolean.parseBoolean`: true for the text `true` in any case, false for everything else. */
export const parseBoolean = (text: string | null | undefined): boolean => text?.toLowerCase() === 'true';

/**
 * Axis2's `isTrueExplicitly`: a Boolean itself, an Integer other than 0, the texts `true` and `yes` in any case and `1`
 * (mediators 2, message-model 1.1). Everything else, null included, is false.
 */
export function isTrueExplicitly(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return /^(?:true|yes|1)$/i.test(value);
  return value instanceof WholeNumber && value.type === 'Integer' && value.value !== 0n;
}

/** Axis2's `isFalseExplicitly`: null, false, an Integer 0, the texts `false` and `no` in any case and `0`. */
export function isFalseExplicitly(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return /^(?:false|no|0)$/i.test(value);
  return value instanceof WholeNumber && value.type === 'Integer' && value.value === 0n;
}

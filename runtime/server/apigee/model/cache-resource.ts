import type { Stamp } from './context.js';
import { type ExpirySettings, readExpiry } from './expiry.js';
import { checkedName, type Input } from './input.js';

/** A cache of an environment as the management calls define it (api-management 2.6, cache resource). */
export interface CacheResource extends Stamp {
  readonly name: string;
  readonly description: string;
  /** 0: no limit but that of the process. */
  readonly maxElementsInMemory: number;
  readonly maxElementsOnDisk: number;
  readonly overflowToDisk: boolean;
  readonly persistent: boolean;
  readonly distributed: boolean;
  /** 0: no limit but that of the process. */
  readonly inMemorySizeInKB: number;
  readonly diskSizeInMB: number;
  /** Larger values are not kept. */
  readonly skipCacheIfElementSizeInKBExceeds?: number;
  readonly compression?: { readonly minimumSizeInKB: number };
  readonly expirySettings: ExpirySettings;
}

/** @throws ApigeeError 400 that names the wrong member */
export function readCacheResource(input: Input, name: string): Omit<CacheResource, keyof Stamp> {
  const skip = input.wholeNumber('skipCacheIfElementSizeInKBExceeds', 0);
  const minimumSizeInKB = input.child('compression').wholeNumber('minimumSizeInKB', 0);
  return {
    name: checkedName('name', name),
    description: input.text('description'),
    maxElementsInMemory: limit(input, 'maxElementsInMemory'),
    maxElementsOnDisk: limit(input, 'maxElementsOnDisk'),
    overflowToDisk: input.flag('overflowToDisk', false),
    persistent: input.flag('persistent', false),
    distributed: input.flag('distributed', true),
    inMemorySizeInKB: limit(input, 'inMemorySizeInKB'),
    diskSizeInMB: limit(input, 'diskSizeInMB'),
    ...(skip === undefined ? {} : { skipCacheIfElementSizeInKBExceeds: skip }),
    ...(minimumSizeInKB === undefined ? {} : { compression: { minimumSizeInKB } }),
    expirySettings: readExpiry(input.child('expirySettings')),
  };
}

/** Negative means no limit, like 0. */
function limit(input: Input, member: string): number {
  return Math.max(0, input.wholeNumber(member, -1) ?? 0);
}

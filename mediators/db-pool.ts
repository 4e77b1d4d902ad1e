import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Connection, Isolation } from '../runtime/database/database.js';

const isolations: Readonly<Record<string, Isolation>> = {
  'Connection.TRANSACTION_READ_UNCOMMITTED': 'read uncommitted',
  'Connection.TRANSACTION_READ_COMMITTED': 'read committed',
  'Connection.TRANSACTION_REPEATABLE_READ': 'repeatable read',
  'Connection.TRANSACTION_SERIALIZABLE': 'serializable',
};

/**
 * `<property name value/>` of a `<pool>`: `maxactive`, `maxwait` (ms) and `isolation`. Values that are none are ignored,
 * and so are the properties without effect here (mediators 10.1).
 */
export function poolSettings(pool: ConfigElement): Pick<Connection, 'maximum' | 'wait' | 'isolation'> {
  const value = (name: string): string | undefined => {
    const children = pool.elements().filter(({ localName }) => localName === 'property');
    return children
      .find((child) => child.attribute('name') === name)
      ?.attribute('value')
      ?.trim();
  };
  const number = (name: string, byDefault: number): number => {
    const text = value(name) ?? '';
    return /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : byDefault;
  };
  return {
    maximum: number('maxactive', 8),
    wait: number('maxwait', 10_000),
    isolation: isolations[value('isolation') ?? ''],
  };
}

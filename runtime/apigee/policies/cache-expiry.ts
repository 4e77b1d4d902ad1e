import type { ConfigElement } from '../../configuration/element.js';
import { configuredValue } from '../configured.js';
import type { FlowContext } from '../flow-context.js';

/** Seconds for entries of the cache that no resource describes, when the policy does not say. */
const withoutResource = 300;

/**
 * Compiles `<ExpirySettings>`: TimeoutInSec (or TimeoutInSeconds), TimeOfDay `HH:mm:ss`, ExpiryDate `MM-dd-yyyy`, in UTC.
 * @returns seconds that an entry lives; undefined: as long as the cache resource says
 */
export function compileExpiry(
  element: ConfigElement | undefined,
  isResource: boolean,
): (flow: FlowContext) => number | undefined {
  const settings = (name: string) => configuredValue(element?.element(name));
  const seconds = settings('TimeoutInSec') ?? settings('TimeoutInSeconds');
  const timeOfDay = settings('TimeOfDay');
  const date = settings('ExpiryDate');
  return (flow) => {
    const now = flow.runtime.now();
    const found =
      positive(Number(seconds?.of(flow))) ?? untilTime(timeOfDay?.of(flow), now) ?? untilDate(date?.of(flow), now);
    return found ?? (isResource ? undefined : withoutResource);
  };
}

function positive(seconds: number): number | undefined {
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** Seconds to the next time that the clock shows this. */
function untilTime(text: string | undefined, now: number): number | undefined {
  const [, hours, minutes, seconds = '0'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text?.trim() ?? '') ?? [];
  if (hours === undefined) return undefined;
  const day = 86_400;
  const wanted = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const passed = (now / 1000) % day;
  return (wanted - passed + day) % day || day;
}

function untilDate(text: string | undefined, now: number): number | undefined {
  const [, month, day, year] = /^(\d{1,2})-(\d{1,2})-(\d{4})$/.exec(text?.trim() ?? '') ?? [];
  if (year === undefined) return undefined;
  return positive((Date.UTC(Number(year), Number(month) - 1, Number(day)) - now) / 1000);
}

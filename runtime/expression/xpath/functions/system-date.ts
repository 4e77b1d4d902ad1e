import { DatePatternError, datePattern, fieldsOf } from '../../../java/date-pattern.js';
import { remembering } from '../../cache.js';
import { XPathError } from '../focus.js';

/** The short format of the reference's locale, en_US. */
const localeFormat = 'M/d/yy, h:mm a';
const compiled = remembering((pattern) => datePattern(pattern, 'simple'), 100);

/** Now in a SimpleDateFormat pattern, in the server's time zone (message-model 3.2 `SYSTEM_DATE`). */
export function systemDate(pattern = localeFormat): string {
  try {
    return compiled(pattern).format(fieldsOf(new Date()));
  } catch (error) {
    if (error instanceof DatePatternError) throw new XPathError(`"${pattern}" is no date format: ${error.message}`);
    throw error;
  }
}

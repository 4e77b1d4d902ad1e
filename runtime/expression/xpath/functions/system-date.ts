import { type DatePattern, DatePatternError, datePattern, fieldsOf } from '../../../java/date-pattern.js';
import { XPathError } from '../focus.js';

/** The short format of the reference's locale, en_US. */
const localeFormat = 'M/d/yy, h:mm a';
const compiled = new Map<string, DatePattern>();

/** Now in a SimpleDateFormat pattern, in the server's time zone (message-model 3.2 `SYSTEM_DATE`). */
export function systemDate(pattern = localeFormat): string {
  try {
    let format = compiled.get(pattern);
    if (!format) {
      if (compiled.size >= 100) compiled.clear();
      format = datePattern(pattern, 'simple');
      compiled.set(pattern, format);
    }
    return format.format(fieldsOf(new Date()));
  } catch (error) {
    if (error instanceof DatePatternError) throw new XPathError(`"${pattern}" is no date format: ${error.message}`);
    throw error;
  }
}

/** Date functions of Synapse Expressions (message-model 3.6 "Functions"); the time zone is the server's. */
import {
  type DateFields,
  type DatePattern,
  DatePatternError,
  datePattern,
  fieldsOf,
} from '../../../java/date-pattern.js';
import { WholeNumber } from '../../../java/value.js';
import { Fault } from '../../../message/fault.js';
import { remembering } from '../../cache.js';
import { EvaluationError, isNumeric, isString, longOf, textOf } from '../value.js';
import { type Argument, type FunctionTable, refused } from './table.js';

export const dateFunctions: FunctionTable = {
  now: { 0: () => WholeNumber.long(Date.now()) },
  formatDateTime: { 2: formatMoment, 3: reformat },
};

const compiled = remembering((pattern) => datePattern(pattern, 'time'));

/** `formatDateTime(ms, pattern)`: a malformed pattern escapes as a fault, a field that a local time lacks does not. */
function formatMoment(moment: Argument, pattern: Argument): string {
  if (!isNumeric(moment) || !isString(pattern)) throw refused('formatDateTime', moment, pattern);
  const format = patternOr(textOf(pattern), (error) => new Fault(`formatDateTime(): ${error.message}`));
  return formatted(format, fieldsOf(new Date(Number(longOf(moment))), { zone: false }));
}

/** `formatDateTime(text, inPattern, outPattern)`: every failure is an evaluation error. */
function reformat(text: Argument, from: Argument, to: Argument): string {
  if (!isString(text) || !isString(from) || !isString(to)) throw refused('formatDateTime', text, from, to);
  const asEvaluationError = (error: Error) => new EvaluationError(`formatDateTime(): ${error.message}`);
  const target = patternOr(textOf(to), asEvaluationError);
  const fields = patternOr(textOf(from), asEvaluationError).parse(textOf(text));
  if (!fields) throw new EvaluationError(`formatDateTime(): the text does not match the pattern ${textOf(from)}`);
  return formatted(target, fields);
}

function patternOr(text: string, failure: (error: Error) => Error): DatePattern {
  try {
    return compiled(text);
  } catch (error) {
    if (error instanceof DatePatternError) throw failure(error);
    throw error;
  }
}

function formatted(pattern: DatePattern, fields: DateFields): string {
  try {
    return pattern.format(fields);
  } catch (error) {
    if (error instanceof DatePatternError) throw new EvaluationError(`formatDateTime(): ${error.message}`);
    throw error;
  }
}

/** Base64 and URL encoding of Synapse Expressions (message-model 3.6 "Functions"). */
import { Fault } from '../../../message/fault.js';
import { EvaluationError, isString, textOf } from '../value.js';
import { type Charset, charset, IllegalCharsetName } from './charset.js';
import { type Argument, type FunctionTable, refused } from './table.js';

const utf8 = charset('UTF-8');

export const encodingFunctions: FunctionTable = {
  base64encode: {
    1: (value) => base64(value, utf8),
    2: (value, name) => base64(value, charsetArgument('base64encode', value, name)),
  },
  base64decode: { 1: base64decode },
  urlEncode: {
    1: (value) => strictUrlEncode(value, utf8),
    2: (value, name) => {
      const encoding = charsetArgument('urlEncode', value, name);
      return textOf(name) === 'UTF-8' ? strictUrlEncode(value, encoding) : formEncode(textOf(value), encoding);
    },
  },
  urlDecode: { 1: urlDecode },
};

function charsetArgument(functionName: string, value: Argument, name: Argument): Charset {
  if (!isString(value) || !isString(name)) throw refused(functionName, value, name);
  try {
    const found = charset(textOf(name));
    if (found) return found;
  } catch (error) {
    if (error instanceof IllegalCharsetName) throw new Fault(`${functionName}(): ${error.message}`, { cause: error });
    throw error;
  }
  throw new EvaluationError(`${functionName}(): the charset ${textOf(name)} is not supported`);
}

function base64(value: Argument, encoding: Charset | undefined): string {
  if (!isString(value) || !encoding) throw refused('base64encode', value);
  return Buffer.from(encoding.encode(textOf(value))).toString('base64');
}

/** Strict as Java's basic decoder: no blanks, no URL alphabet, padding right where it is given. */
const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The text behind Base64; undefined when it is none. */
export function decodedBase64(text: string): string | undefined {
  return base64Form.test(text) ? Buffer.from(text, 'base64').toString('utf8') : undefined;
}

function base64decode(value: Argument): string {
  if (!isString(value)) throw refused('base64decode', value);
  const decoded = decodedBase64(textOf(value));
  if (decoded === undefined) throw new Fault('base64decode(): the argument is not Base64');
  return decoded;
}

/** Characters that form encoding leaves alone. */
const unsafe = /[^A-Za-z0-9.*_-]+/g;

/** Form encoding: a blank becomes `+`; each run of other characters is encoded as a whole, as Java does. */
function formEncode(text: string, encoding: Charset): string {
  return text.replace(unsafe, (run) =>
    run
      .split(' ')
      .map((piece) => Array.from(piece === '' ? [] : encoding.encode(piece), percent).join(''))
      .join('+'),
  );
}

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

function strictUrlEncode(value: Argument, encoding: Charset | undefined): string {
  if (!isString(value) || !encoding) throw refused('urlEncode', value);
  return formEncode(textOf(value), encoding).replaceAll('+', '%20').replaceAll('*', '%2A');
}

function urlDecode(value: Argument): string {
  if (!isString(value)) throw refused('urlDecode', value);
  const text = textOf(value).replaceAll('+', ' ');
  return text.replace(/(?:%[\s\S]{0,2})+/g, (run) => {
    if (!/^(?:%[0-9A-Fa-f]{2})+$/.test(run)) throw new Fault('urlDecode(): "%" is not followed by two hex digits');
    return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
  });
}

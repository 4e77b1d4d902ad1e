import { javaTrim } from '../../../java/parse-number.js';
import { decodeText, encodeText } from '../../../message/charset.js';
import { XPathError } from '../focus.js';
import { stringOf } from '../values.js';
import type { XPathFunction } from './function.js';

/** Runs a conversion that throws RangeError for a charset nobody knows. */
function inCharset<Result>(charset: string, convert: () => Result): Result {
  try {
    return convert();
  } catch (error) {
    if (error instanceof RangeError) throw new XPathError(`the charset ${charset} is not supported`);
    throw error;
  }
}

function textAndCharset(name: string, args: readonly unknown[]): [text: string, charset: string] {
  if (args.length > 2) throw new XPathError(`${name}() has ${args.length} arguments, it takes 1 or 2`);
  const [text = '', charset = 'UTF-8'] = args.map(stringOf);
  return [text, charset];
}

export const base64Encode: XPathFunction = (args) => {
  const [text, charset] = textAndCharset('base64Encode', args);
  return text === '' ? '' : inCharset(charset, () => encodeText(text, charset).toString('base64'));
};

/** What is no Base64 is skipped; the result is trimmed. */
export const base64Decode: XPathFunction = (args) => {
  const [text, charset] = textAndCharset('base64Decode', args);
  return text === '' ? '' : inCharset(charset, () => javaTrim(decodeText(Buffer.from(text, 'base64'), charset)));
};

const unreserved = "A-Za-z0-9_.!~*'()\\-";
const inPath = new RegExp(`[${unreserved}:@&=$,;/]`);
const inQuery = new RegExp(`[${unreserved};/?:@&=+$,]`);

/** `url-encode`: what may stand in a path, or behind the first `?` in a query, stays as it is (message-model 3.2). */
export const urlEncode: XPathFunction = (args) => {
  const [text, charset] = textAndCharset('url-encode', args);
  const query = text.indexOf('?');
  return inCharset(charset, () => {
    if (query < 0) return percentEncoded(text, charset, inPath);
    return `${percentEncoded(text.slice(0, query), charset, inPath)}?${percentEncoded(text.slice(query + 1), charset, inQuery)}`;
  });
};

function percentEncoded(text: string, charset: string, allowed: RegExp): string {
  let encoded = '';
  for (const byte of text === '' ? [] : encodeText(text, charset)) {
    const character = String.fromCharCode(byte);
    encoded +=
      byte < 0x80 && allowed.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

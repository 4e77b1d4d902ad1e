import iconv from 'iconv-lite';
import { remembered } from './remembered.js';

/** The `charset` parameter of a content type, quotes removed; undefined when there is none. */
export function charsetOf(contentType: string | undefined): string | undefined {
  return (contentType && charsetParameter(contentType)) || undefined;
}

const charsetParameter = remembered((contentType) => {
  const found = /;\s*charset\s*=\s*(?:"([^"]*)"|([^;,\s]*))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? '';
});

/** {@link charsetOf} as the reference's transports look for it when a message arrives: wherever `charset=` stands. */
export function charsetWithin(contentType: string): string | undefined {
  return charsetOrEmpty(contentType) || undefined;
}

const charsetOrEmpty = remembered((contentType) => /charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1] ?? '');

export function isUtf8(charset: string): boolean {
  return /^utf-?8$/i.test(charset);
}

/**
 * Decodes bytes. A byte order mark is kept for UTF-8, as the reference keeps it in texts and JSON.
 * @param fatal throws TypeError for bytes that are no UTF-8, else they become U+FFFD
 * @throws RangeError for a charset that nobody knows
 */
export function decodeText(bytes: Uint8Array, charset: string, fatal = false): string {
  if (isUtf8(charset)) return (fatal ? STRICT : LENIENT).decode(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isLatin1(charset)) return buffer.toString('latin1');
  if (isUtf16(charset)) return decodeUtf16(bytes, charset);
  checkCharset(charset);
  return iconv.decode(buffer, charset);
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LENIENT = new TextDecoder('utf-8', { ignoreBOM: true });

const isLatin1 = (charset: string): boolean => /^(?:iso-?8859-1|latin1|us-ascii|ascii)$/i.test(charset);
const isUtf16 = (charset: string): boolean => /^utf-?16(?:le|be)?$/i.test(charset);

/** Without a mark UTF-16 is big-endian, as in Java. */
function decodeUtf16(bytes: Uint8Array, charset: string): string {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe;
  const little = marked || /le$/i.test(charset);
  return new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes);
}

/**
 * Encodes text; characters that the charset lacks become `?`, or what `replace` makes of them.
 * @throws RangeError for a charset that nobody knows
 */
export function encodeText(text: string, charset: string, replace: (character: string) => string = () => '?'): Buffer {
  if (isUtf8(charset)) return Buffer.from(text, 'utf8');
  if (isUtf16(charset)) return encodeUtf16(text, charset);
  if (isLatin1(charset)) {
    const highest = /ascii$/i.test(charset) ? 0x7f : 0xff;
    return Buffer.from(
      replaceMissing(text, (code) => code <= highest, replace),
      'latin1',
    );
  }
  checkCharset(charset);
  const has = (code: number, character: string): boolean =>
    code < 0x80 || iconv.decode(iconv.encode(character, charset), charset) === character;
  return iconv.encode(replaceMissing(text, has, replace), charset);
}

function checkCharset(charset: string): void {
  if (!iconv.encodingExists(charset)) throw new RangeError(`The charset ${charset} is not known`);
}

function encodeUtf16(text: string, charset: string): Buffer {
  const little = Buffer.from(text, 'utf16le');
  if (/le$/i.test(charset)) return little;
  const big = little.swap16();
  return /be$/i.test(charset) ? big : Buffer.concat([Buffer.from([0xfe, 0xff]), big]);
}

function replaceMissing(
  text: string,
  has: (code: number, character: string) => boolean,
  replace: (character: string) => string,
): string {
  let found = '';
  for (const character of text) {
    found += has(character.codePointAt(0) ?? 0, character) ? character : replace(character);
  }
  return found;
}

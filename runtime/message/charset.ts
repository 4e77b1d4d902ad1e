/** Charsets that Node writes itself; names as the encoding standard has them. */
type NodeEncoding = 'utf8' | 'latin1' | 'utf16le';

/** The `charset` parameter of a content type, quotes removed; undefined when there is none. */
export function charsetOf(contentType: string | undefined): string | undefined {
  const found = contentType && /;\s*charset\s*=\s*(?:"([^"]*)"|([^;,\s]*))/i.exec(contentType);
  return (found && (found[1] ?? found[2])) || undefined;
}

export function isUtf8(charset: string): boolean {
  return /^utf-?8$/i.test(charset);
}

/**
 * Decodes bytes. A byte order mark is kept for UTF-8, as the reference keeps it in texts and JSON.
 * @param fatal throws TypeError for bytes that do not fit the charset, else they become U+FFFD
 * @throws RangeError for a charset that nobody knows
 */
export function decodeText(bytes: Uint8Array, charset: string, fatal = false): string {
  if (isUtf8(charset)) return (fatal ? STRICT : LENIENT).decode(bytes);
  if (isLatin1(charset)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (isUtf16(charset)) return decodeUtf16(bytes, charset);
  return new TextDecoder(charset, { fatal }).decode(bytes);
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
 * @throws RangeError for a charset that cannot be written
 */
export function encodeText(text: string, charset: string, replace: (character: string) => string = () => '?'): Buffer {
  if (isUtf8(charset)) return Buffer.from(text, 'utf8');
  if (isUtf16(charset)) return encodeUtf16(text, charset);
  const highest = /^(?:us-)?ascii$/i.test(charset) ? 0x7f : 0xff;
  if (isLatin1(charset)) return Buffer.from(replaceAbove(text, highest, replace), 'latin1' satisfies NodeEncoding);
  return encodeByTable(text, charset, replace);
}

function encodeUtf16(text: string, charset: string): Buffer {
  const little = Buffer.from(text, 'utf16le');
  if (/le$/i.test(charset)) return little;
  const big = little.swap16();
  return /be$/i.test(charset) ? big : Buffer.concat([Buffer.from([0xfe, 0xff]), big]);
}

function replaceAbove(text: string, highest: number, replace: (character: string) => string): string {
  let found = '';
  for (const character of text) found += (character.codePointAt(0) ?? 0) > highest ? replace(character) : character;
  return found;
}

const tables = new Map<string, ReadonlyMap<string, number>>();

/** Single-byte charsets (windows-1252, iso-8859-15 …): the decoder's table read backwards. */
function encodeByTable(text: string, charset: string, replace: (character: string) => string): Buffer {
  const table = tableOf(charset);
  const bytes: number[] = [];
  for (const character of text) {
    const byte = table.get(character);
    if (byte !== undefined) bytes.push(byte);
    else for (const part of replace(character)) bytes.push(table.get(part) ?? 0x3f);
  }
  return Buffer.from(bytes);
}

function tableOf(charset: string): ReadonlyMap<string, number> {
  const name = charset.toLowerCase();
  const known = tables.get(name);
  if (known) return known;
  const decoder = new TextDecoder(name);
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const character = decoder.decode(Uint8Array.of(byte));
    if (character.length !== 1 || character === '\ufffd') continue;
    table.set(character, byte);
  }
  if (table.size < 190) throw new RangeError(`The charset ${charset} cannot be written`);
  tables.set(name, table);
  return table;
}

/** Whether the charset can be read (and is known at all). */
export function isKnownCharset(charset: string): boolean {
  try {
    decodeText(new Uint8Array(), charset);
    return true;
  } catch {
    return false;
  }
}

/**
 * Java's `Charset.forName` and `String.getBytes` for the charsets that Node can encode: the Unicode ones, ISO-8859-1,
 * US-ASCII, and every single-byte charset that it can decode. What a charset cannot express becomes `?`.
 */
export interface Charset {
  encode(text: string): Uint8Array;
}

/** A charset name that Java's rules do not allow (letters, digits and `-+.:_`). */
export class IllegalCharsetName extends Error {}

const questionMark = 0x3f;
const unicodeNames: Readonly<Record<string, (text: string) => Uint8Array>> = {
  'utf-8': utf8,
  utf8: utf8,
  'utf-16le': utf16le,
  'utf-16be': utf16be,
  // Java writes a byte order mark here and only here.
  'utf-16': (text) => (text === '' ? new Uint8Array() : Buffer.concat([Buffer.of(0xfe, 0xff), utf16be(text)])),
};
const latin1Names = /^(?:iso[-_]?8859[-_]1|latin1|l1|cp819|ibm-?819)$/;
const asciiNames = /^(?:us-ascii|ascii|iso646-us|cp367|646)$/;

/** The charset of that name, case ignored; undefined when there is none. Throws {@link IllegalCharsetName}. */
export function charset(name: string): Charset | undefined {
  if (!/^[A-Za-z0-9][-A-Za-z0-9+.:_]*$/.test(name)) throw new IllegalCharsetName(`"${name}" cannot name a charset`);
  const key = name.toLowerCase();
  const unicode = unicodeNames[key];
  if (unicode) return { encode: unicode };
  if (latin1Names.test(key)) return { encode: (text) => upTo(text, 0xff) };
  if (asciiNames.test(key)) return { encode: (text) => upTo(text, 0x7f) };
  return singleByte(key);
}

function utf8(text: string): Uint8Array {
  return Buffer.from(text.replace(/\p{Surrogate}/gu, '?'), 'utf8');
}

function utf16le(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le');
}

function utf16be(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}

const upTo = (text: string, last: number): Uint8Array =>
  Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? questionMark;
    return code <= last ? code : questionMark;
  });

function singleByte(name: string): Charset | undefined {
  const characters = decodedBytes(name);
  if (!characters) return undefined;
  const codes = new Map(characters.map((character, code) => [character, code]));
  return { encode: (text) => Uint8Array.from(text, (character) => codes.get(character) ?? questionMark) };
}

/** The character of each of the 256 bytes; undefined for an unknown charset and for one with longer sequences. */
function decodedBytes(name: string): string[] | undefined {
  try {
    const decoder = new TextDecoder(name);
    const characters = Array.from({ length: 256 }, (_, code) => decoder.decode(Uint8Array.of(code)));
    const undecodable = characters.filter((character) => character === '\ufffd' || character === '').length;
    return undecodable < 64 ? characters : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

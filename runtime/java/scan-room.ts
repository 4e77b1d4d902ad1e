/** Room for texts up to this length, and for tables of so many numbers, is kept from one scan to the next. */
const KEPT = 1 << 18;
const KEPT_NUMBERS = 1 << 17;
let room = roomFor(1 << 12);

/** The UTF-16 code units of a text, as Java has them, behind them a 0. They are overwritten by the next call. */
export function charsOf(text: string): Uint16Array {
  let { codes, bytes } = room;
  if (text.length >= codes.length) {
    const larger = roomFor(1 << (32 - Math.clz32(text.length)));
    if (larger.codes.length <= KEPT) room = larger;
    ({ codes, bytes } = larger);
  }
  bytes.write(text, 'utf16le');
  codes[text.length] = 0;
  return codes;
}

function roomFor(length: number): { readonly codes: Uint16Array; readonly bytes: Buffer } {
  const codes = new Uint16Array(length);
  return { codes, bytes: Buffer.from(codes.buffer) };
}

let table = new Int32Array(1 << 11);

/** Room for what a scan finds, as far as it reaches; behind that, {@link grownTable}. The next scan overwrites it. */
export function tableRoom(): Int32Array {
  return table;
}

/** The same numbers with as much room again. */
export function grownTable(full: Int32Array): Int32Array {
  const grown = new Int32Array(full.length * 2);
  grown.set(full);
  if (grown.length <= KEPT_NUMBERS) table = grown;
  return grown;
}

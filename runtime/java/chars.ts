/** Room for texts up to this length is kept. */
const KEPT = 1 << 18;
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

/** Request bodies: deterministic, and exactly as many bytes as asked for. */

/** One `order` element of 92 to 120 bytes; `index` varies the fields. */
const order = (index: number, symbol: string, note = ''): string =>
  `<order><symbol>${symbol}</symbol><buyer>user${index % 10}</buyer><price>${100 + (index % 90)}.25</price>` +
  `<volume>${1000 + (index % 1000)}</volume>${note && `<note>${note}</note>`}</order>`;

export interface SoapOptions {
  /** Symbol of the order that decides the route. */
  readonly routed?: string;
  /** Which order that is. */
  readonly at?: 'first' | 'last';
  /** XML of a SOAP header block. */
  readonly header?: string;
}

/**
 * A SOAP 1.1 envelope with an array of orders, filled up in the first order's note.
 * @param size bytes of the whole envelope, at least 420
 * @throws Error when the size is too small for two orders
 */
export function soap(size: number, { routed = 'IBM', at = 'last', header = '' }: SoapOptions = {}) {
  const open =
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
    `${header && `<soapenv:Header>${header}</soapenv:Header>`}<soapenv:Body><t:orders xmlns:t="urn:bench:orders">`;
  const close = '</t:orders></soapenv:Body></soapenv:Envelope>';
  const first = (note: string): string => order(0, at === 'first' ? routed : 'SUN', note);
  const last = order(1, at === 'last' ? routed : 'SUN');
  const fixed = open.length + first('n').length - 1 + last.length + close.length;
  let middle = '';
  let count = 2;
  for (let next = order(count, 'MSFT'); fixed + middle.length + next.length < size; next = order(count, 'MSFT')) {
    middle += next;
    count++;
  }
  const rest = size - fixed - middle.length;
  if (rest < 1) throw new Error(`${size} bytes are too few for a SOAP body; at least 420 are needed`);
  return { body: open + first('n'.repeat(rest)) + middle + last + close, count };
}

const filled = (size: number, text: string): string => text.replace('@', 'n'.repeat(size - text.length + 1));

export const json = (size: number): string =>
  filled(size, '{"order":{"symbol":"IBM","buyer":"user1","price":"140.25","volume":"2000","note":"@"}}');

export const xml = (size: number): string =>
  filled(
    size,
    '<order><symbol>IBM</symbol><buyer>user1</buyer><price>140.25</price><volume>2000</volume><note>@</note></order>',
  );

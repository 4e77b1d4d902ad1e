import fc from 'fast-check';
import type { MessageInput } from '../../runtime/index.js';
import { hold, textOf } from './hold.js';
import { Evaluator } from './limited.js';

/** Texts with what each format has marks of its own for. */
const word = textOf(
  [
    'a',
    '1',
    '1e400',
    'true',
    ' ',
    '%',
    '%41',
    '+',
    '&',
    '=',
    ';',
    '"',
    "'",
    '<',
    '\\',
    '\r\n',
    '\u0000',
    'é',
    '日',
    '😀',
  ],
  4,
);
const name = fc.constantFrom('a', 'b', '0', '$a', '@a', '$', '@', 'a b', 'p:a', '__proto__', 'constructor', '日', '');
const xmlName = fc.constantFrom('a', 'b', 'jsonObject', 'jsonArray', 'jsonElement', 'text', 'constructor', '日');
const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
  text.replace(/[&<"\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, (mark) =>
    mark < ' ' ? '?' : `&#${mark.charCodeAt(0)};`,
  );

const { element } = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      xmlName,
      fc.constantFrom('', ' x="1"', ' nil="true"', ' xmlns="urn:n"', ' xmlns:p="urn:p" p:x="1"'),
      fc.array(fc.oneof({ maxDepth: 4 }, word.map(escaped), tie('element'), fc.constant('<!--c--><?pi x?>')), {
        maxLength: 3,
      }),
    )
    .map(([tag, attributes, content]) => `<${tag}${attributes}>${content.join('')}</${tag}>`),
}));
const soap = (version: string, type: string) => ({
  kind: ' as SOAP',
  type,
  body: fc
    .tuple(element, fc.boolean())
    .map(
      ([inside, hasHeader]) =>
        `<s:Envelope xmlns:s="${version}">${hasHeader ? '<s:Header><h/></s:Header>' : ''}<s:Body>${inside}</s:Body></s:Envelope>`,
    ),
});
const json = fc.oneof(
  fc.json({ maxDepth: 4, stringUnit: 'binary' }),
  fc.dictionary(name, fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value)),
);
const part = fc
  .tuple(
    name,
    fc.constantFrom('', '; filename="f"', '; filename="../f\u0000"'),
    fc.constantFrom('', 'text/xml', 'text/plain; charset=utf-16', 'x'),
    word,
  )
  .map(([field, file, type, content]) => {
    const headers = [
      `Content-Disposition: form-data; name="${field}"${file}`,
      ...(type === '' ? [] : [`Content-Type: ${type}`]),
    ];
    return `--x\r\n${headers.join('\r\n')}\r\n\r\n${content}\r\n`;
  });
const related = fc
  .tuple(element, word)
  .map(
    ([inside, content]) =>
      `--x\r\nContent-Type: application/xop+xml; type="text/xml"\r\n\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inside}<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:c"/></s:Body></s:Envelope>\r\n--x\r\nContent-ID: <c>\r\n\r\n${content}\r\n--x--\r\n`,
  );

/** A body of the type that a builder takes. */
const builders: { type: string; kind?: string; body: fc.Arbitrary<string> }[] = [
  { type: 'application/xml', body: element },
  { type: 'text/xml', body: element },
  soap('http://schemas.xmlsoap.org/soap/envelope/', 'text/xml'),
  soap('http://www.w3.org/2003/05/soap-envelope', 'application/soap+xml'),
  { type: 'application/json', body: json },
  { type: 'application/json/badgerfish', body: json },
  { type: 'text/javascript', body: json },
  {
    type: 'application/x-www-form-urlencoded',
    body: fc.array(fc.tuple(name, word)).map((all) => all.map(([key, value]) => `${key}=${value}`).join('&')),
  },
  { type: 'multipart/form-data; boundary=x', body: fc.array(part).map((all) => `${all.join('')}--x--\r\n`) },
  { type: 'multipart/related; boundary=x; type="application/xop+xml"', body: related },
  { type: 'text/plain', body: word },
  { type: 'application/octet-stream', body: word },
  { type: 'application/binary', body: word },
  { type: 'text/csv', body: element },
];
const formatters = [
  'application/xml',
  'text/xml',
  'application/soap+xml',
  'application/json',
  'application/json/badgerfish',
  'text/javascript',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/related',
  'text/plain',
  'application/octet-stream',
  'application/binary',
  'text/csv',
];

/** What a flow does before the body is written as something else. */
const changes = fc.constantFrom(
  '',
  '<property name="x" expression="//a"/>',
  '<property name="x" expression="json-eval($..a)"/>',
  '<property name="x" expression="${payload.a}"/>',
  '<enrich><source xpath="$body/*/*[1]"/><target type="body"/></enrich>',
  '<property name="ENABLE_MTOM" value="true" scope="axis2"/>',
  '<property name="NO_ENTITY_BODY" scope="axis2" action="remove"/>',
  '<property name="CHARACTER_SET_ENCODING" value="utf-16" scope="axis2"/>',
  '<property name="PRESERVE_SPACES" value="true" scope="axis2"/>',
);
const method = fc.constantFrom('POST', 'GET', 'DELETE', 'HEAD');
const coding = fc.constantFrom(undefined, undefined, undefined, 'gzip', 'deflate', 'br', 'x');

/** A text with something of it cut out or put in at a place. */
const damaged = (body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(body, fc.nat(), fc.nat({ max: 3 }), fc.constantFrom('', '<', '"', '\u0000', '--x', '%', '\ud800'))
    .map(([text, at, length, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + length);
    });

describe('message-model 5: no body of any type crashes, hangs or changes a prototype, whatever it is written as', () => {
  const evaluator = new Evaluator();
  after(() => evaluator.stop());

  for (const { type, kind = '', body } of builders) {
    it(`message-model 5.2: ${type}${kind} into every type`, () =>
      hold(
        fc.asyncProperty(
          fc.oneof({ weight: 3, arbitrary: body }, { weight: 1, arbitrary: damaged(body) }),
          fc.record({ change: changes, written: fc.constantFrom(...formatters), method, coding }),
          (text, { change, written, method: used, coding: content }) => {
            const input: MessageInput = {
              method: used,
              body: text,
              contentType: type,
              ...(content === undefined ? {} : { headers: { 'Content-Encoding': content } }),
            };
            const sequence = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s"><log level="full"/>${change}<property name="messageType" scope="axis2" value="${written}"/><respond/></sequence>`;
            return evaluator.run({ sequence, input });
          },
        ),
        250,
        true,
      )).timeout(200_000);
  }
});

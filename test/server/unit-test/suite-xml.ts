import { runSuite, type SuiteOptions, type SuiteReport } from '../../../runtime/index.js';

export const ns = 'xmlns="http://ws.apache.org/ns/synapse"';
export const sequence = (mediators: string, name = 'tested') =>
  `<sequence ${ns} name="${name}">${mediators}</sequence>`;
export const api = (
  mediators: string,
  attributes = 'context="/shop"',
  resource = 'methods="GET POST PUT DELETE HEAD"',
) =>
  `<api ${ns} name="Shop" ${attributes}><resource ${resource}><inSequence>${mediators}</inSequence></resource></api>`;
export const proxy = (mediators: string, attributes: string) =>
  `<proxy ${ns} name="Echo" ${attributes}><target><inSequence>${mediators}</inSequence></target></proxy>`;
export const payload = (json: string) =>
  `<payloadFactory media-type="json"><format>${json}</format><args/></payloadFactory>`;

/** What a case of a row brings. */
interface Input {
  payload?: string;
  method?: string;
  path?: string;
  protocol?: string;
  /** `scope name` to value. */
  properties?: Readonly<Record<string, string>>;
}

/** A suite of one case. */
export interface Row {
  rule: string;
  artifact: string;
  input?: Input;
  /** Expressions and what they should be; null asks whether there is a value. */
  expect?: Readonly<Record<string, string | null>>;
  supportive?: readonly string[];
  more?: string;
  mocks?: string;
}

const equals = ([actual, expected]: readonly [string, string | null]) =>
  expected === null
    ? `<assertNotNull><actual>${actual}</actual><message>m</message></assertNotNull>`
    : `<assertEquals><actual>${actual}</actual><expected><![CDATA[${expected}]]></expected><message>m</message></assertEquals>`;

function inputXml({ payload, method, path: requestPath, protocol, properties = {} }: Input): string {
  const element = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`);
  const list = Object.entries(properties).map(([key, value]) => {
    const [scope, name] = key.split(' ');
    return `<property name="${name}" value="${value}" scope="${scope}"/>`;
  });
  return `<input>${element('request-path', requestPath)}${element('request-method', method)}${element('request-protocol', protocol)}${payload === undefined ? '' : `<payload><![CDATA[${payload}]]></payload>`}<properties>${list.join('')}</properties></input>`;
}

export const caseXml = ({ input = {}, expect = {} }: Pick<Row, 'input' | 'expect'>, name = 'a case') =>
  `<test-case name="${name}">${inputXml(input)}<assertions>${Object.entries(expect).map(equals).join('')}</assertions></test-case>`;

export const suiteOf = ({ artifact, supportive = [], more = '', mocks = '' }: Row, cases: string) =>
  `<unit-test><artifacts><test-artifact><artifact>${artifact}</artifact></test-artifact><supportive-artifacts>${supportive
    .map((one) => `<artifact>${one}</artifact>`)
    .join(
      '',
    )}</supportive-artifacts>${more}</artifacts><test-cases>${cases}</test-cases><mock-services>${mocks}</mock-services></unit-test>`;

export const runRow = (row: Row, options?: SuiteOptions): Promise<SuiteReport> =>
  runSuite(suiteOf(row, caseXml(row)), 'suite.xml', options);

export const mock = (path: string, answer: string) =>
  `<mock-service><service-name>Backend</service-name><port>9090</port><context>/</context><resources><resource><sub-context>${path}</sub-context><method>POST</method><response><payload><![CDATA[${answer}]]></payload><headers><header name="Content-Type" value="application/json"/></headers></response></resource></resources></mock-service>`;
export const backend = `<endpoint ${ns} name="Backend"><http method="post" uri-template="https://orders.invalid/orders"/></endpoint>`;
export const callBackend = '<call><endpoint key="Backend"/></call>';
export const respond = '<respond/>';

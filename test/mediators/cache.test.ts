import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const finder = (protocol = '', onHit = `<onCacheHit>${say('hit')}</onCacheHit>`, attributes = '') =>
  `<cache collector="false" timeout="60" ${attributes}>${onHit}<protocol type="http">${protocol}</protocol></cache>`;
const asRequest = '<property name="RESPONSE" value="false"/>';
/** A backend's answer on the response path, kept. */
const collected = (body: string, headers = '') =>
  `<property name="RESPONSE" value="true"/><property name="HTTP_SC" value="200" scope="axis2"/>${headers}<payloadFactory media-type="json"><format>${body}</format><args/></payloadFactory><cache collector="true"/>${asRequest}`;
const header = (name: string, value: string) => `<property name="${name}" value="${value}" scope="transport"/>`;
/** One finder that two requests of a row pass, as a sequence. */
const twice = (
  find: string,
  answer = collected('{"kept":1}'),
  between = '<payloadFactory media-type="json"><format>{"a":1}</format><args/></payloadFactory>',
) => ({
  xml: `<sequence key="f"/>${say('asked')}${answer}<header name="messageType" action="remove" scope="transport"/><header name="cacheKey" action="remove" scope="transport"/>${between}<sequence key="f"/>${say('asked again')}`,
  given: { body: '{"a":1}', sequences: { f: find }, headers: { 'X-A': '1' } },
});
const control = '<enableCacheControl>true</enableCacheControl><includeAgeHeader>true</includeAgeHeader>';
const hit = { logs: ['say = asked', 'say = hit'], outcome: false as const, body: '{"kept":1}' };
const miss = { logs: ['say = asked', 'say = asked again'], outcome: true as const };

describe('cache', () => {
  table([
    {
      rule: 'mediators 9.2: the same request is answered from the cache',
      ...twice(finder()),
      expect: { ...hit, axis2: { HTTP_SC: 'Integer:200' } },
    },
    {
      rule: 'mediators 9.2: without onCacheHit the client is answered',
      ...twice(finder('', '')),
      expect: { logs: ['say = asked'], answers: ['{"kept":1}'], outcome: false },
    },
    {
      rule: 'mediators 9.2: another body is another request',
      ...twice(
        finder(),
        undefined,
        '<payloadFactory media-type="json"><format>{"a":2}</format><args/></payloadFactory>',
      ),
      expect: miss,
    },
    {
      rule: 'mediators 9.2: another header is another request',
      ...twice(
        finder(),
        undefined,
        `<payloadFactory media-type="json"><format>{"a":1}</format><args/></payloadFactory>${header('X-A', '2')}`,
      ),
      expect: miss,
    },
    {
      rule: 'mediators 9.2: headers that are left out do not count',
      ...twice(
        finder('<headersToExcludeInHash>x-a</headersToExcludeInHash>'),
        undefined,
        `<payloadFactory media-type="json"><format>{"a":1}</format><args/></payloadFactory>${header('X-A', '2')}`,
      ),
      expect: hit,
    },
    {
      rule: 'mediators 9.2: included headers alone count',
      ...twice(
        finder('<headersToIncludeInHash>X-B</headersToIncludeInHash>'),
        undefined,
        `<payloadFactory media-type="json"><format>{"a":1}</format><args/></payloadFactory>${header('X-A', '2')}`,
      ),
      expect: hit,
    },
    {
      rule: 'mediators 9.2: a method that is not listed is not kept',
      ...twice(finder('<methods>GET,PUT</methods>')),
      expect: miss,
    },
    {
      rule: 'mediators 9.2: a status that does not match is not kept',
      ...twice(finder('<responseCodes>3[0-9][0-9]</responseCodes>')),
      expect: miss,
    },
    {
      rule: 'mediators 9.2: a body that is too long is not kept',
      ...twice(finder('', '', 'maxMessageSize="5"')),
      expect: miss,
    },
    {
      rule: 'mediators 9.2: no-store with cache control',
      ...twice(finder(control), collected('{"kept":1}', header('Cache-Control', 'no-store'))),
      expect: miss,
    },
    {
      rule: 'mediators 9.2: cache control counts only with includeAgeHeader',
      ...twice(
        finder('<enableCacheControl>true</enableCacheControl>'),
        collected('{"kept":1}', `${header('Cache-Control', 'no-store')}`),
        `<header name="Cache-Control" action="remove" scope="transport"/><payloadFactory media-type="json"><format>{"a":1}</format><args/></payloadFactory>`,
      ),
      expect: hit,
    },
    {
      rule: 'mediators 9.2: no-cache with an ETag asks by it',
      ...twice(
        finder(control),
        collected('{"kept":1}', header('Cache-Control', 'no-cache') + header('ETag', 'e')),
        '<header name="Cache-Control" action="remove" scope="transport"/><header name="ETag" action="remove" scope="transport"/><payloadFactory media-type="json"><format>{"a":1}</format><args/></payloadFactory>',
      ),
      expect: { ...miss, headers: { 'If-None-Match': 'e' } },
    },
    {
      rule: 'mediators 9.2: the hash generator of the reference engine counts for nothing',
      ...twice(finder('<hashGenerator>org.wso2.carbon.mediator.cache.digest.HttpRequestHashGenerator</hashGenerator>')),
      expect: hit,
    },
    {
      rule: 'mediators 9.2: an Age header',
      ...twice(finder('<includeAgeHeader>true</includeAgeHeader>')),
      expect: { ...hit, headers: { Age: '0' } },
    },
    {
      rule: 'mediators 9.2: type and key show among the headers of the answer that is kept',
      xml: `${finder()}${collected('{}')}`,
      given: { body: '{}' },
      expect: { headers: { messageType: 'application/json' } },
    },
    {
      rule: 'mediators 9.2: a collector without a finder goes on',
      xml: '<cache collector="true"/>',
      given: { response: true },
      expect: { outcome: true },
    },
    {
      rule: 'mediators 9.2: a finder on the response path faults',
      xml: finder(),
      given: { response: true },
      expect: { outcome: 'fault' },
    },
    {
      rule: 'mediators 9.2: a collector on the request path faults',
      xml: '<cache collector="true"/>',
      expect: { outcome: 'fault' },
    },
  ]);

  refusals([
    { rule: 'mediators 9.2: collector is required', xml: '<cache timeout="60"/>', code: 'invalid-attribute-value' },
    {
      rule: 'mediators 9.2: collector is exactly true or false',
      xml: '<cache collector="TRUE"/>',
      code: 'invalid-attribute-value',
    },
    {
      rule: "mediators 9.2: a hash generator of one's own is a Java class",
      xml: finder('<hashGenerator>com.acme.Hash</hashGenerator>'),
      code: 'needs-jvm',
      at: '1:209',
    },
    {
      rule: "mediators 9.2: a hash generator of one's own is a Java class, in the older form",
      xml: '<cache collector="false" hashGenerator="com.acme.Hash"/>',
      code: 'needs-jvm',
      at: '1:103',
    },
    { rule: 'mediators 9.2: methods are HTTP methods', xml: finder('<methods>GOT</methods>'), code: 'invalid-value' },
    {
      rule: 'mediators 9.2: responseCodes is an expression',
      xml: finder('<responseCodes>[</responseCodes>'),
      code: 'invalid-regex',
    },
  ]);
});

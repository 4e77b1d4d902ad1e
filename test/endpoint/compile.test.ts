import assert from 'node:assert/strict';
import { problemsOf } from './harness.js';

describe('artifacts 3: what is refused at deployment, and where', () => {
  const http = (inner: string, attributes = 'uri-template="http://h/"') =>
    `<endpoint name="N">\n  <http ${attributes}>${inner}</http>\n</endpoint>`;
  /** § stands where the problem has to be. */
  const rows: [name: string, code: string, xml: string, text?: RegExp][] = [
    ['no kind', 'invalid-endpoint', '§<endpoint><nothing/></endpoint>', /^Invalid endpoint configuration\.$/],
    ['empty', 'invalid-endpoint', '§<endpoint/>'],
    ['address without uri', 'missing-attribute', '<endpoint>\n§<address/></endpoint>'],
    ['http without a template', 'missing-attribute', '<endpoint name="N">\n  §<http ></http>\n</endpoint>'],
    [
      'a hyphen in a placeholder',
      'invalid-uri-template',
      '<endpoint name="N">\n  <http uri-template="http://h/§{token-url}"></http>\n</endpoint>',
      /token-url/,
    ],
    [
      'an expression in a placeholder',
      'invalid-uri-template',
      '<endpoint name="N">\n  <http uri-template="http://h/§{$ctx:p}"></http>\n</endpoint>',
    ],
    [
      'a placeholder that nobody fills',
      'unresolved-placeholder',
      '<endpoint name="N">\n  <http uri-template="http://h/x/§{tokenEndpointUrl}"></http>\n</endpoint>',
      /tokenEndpointUrl/,
    ],
    [
      'in a legacy template',
      'unresolved-placeholder',
      '<endpoint name="N">\n  <http uri-template="legacy-encoding:http://h/§{p}"></http>\n</endpoint>',
    ],
    [
      'time-out action',
      'invalid-timeout-action',
      '<endpoint name="N">\n  <http uri-template="http://h/"><timeout>§<responseAction>never</responseAction></timeout></http>\n</endpoint>',
      /Invalid timeout action, action : never is not supported/,
    ],
    [
      'time-out duration',
      'invalid-number',
      '<endpoint name="N">\n  <http uri-template="http://h/"><timeout>§<duration>soon</duration></timeout></http>\n</endpoint>',
    ],
    [
      'error codes',
      'invalid-error-code',
      '<endpoint name="N">\n  <http uri-template="http://h/"><suspendOnFailure>§<errorCodes>101503, abc</errorCodes></suspendOnFailure></http>\n</endpoint>',
      /abc/,
    ],
    [
      'retries',
      'invalid-number',
      '<endpoint name="N">\n  <http uri-template="http://h/"><markForSuspension>§<retriesBeforeSuspension>x</retriesBeforeSuspension></markForSuspension></http>\n</endpoint>',
    ],
    ['an empty property value', 'missing-attribute', '<endpoint><default/><property name="p" value="§"/></endpoint>'],
    [
      'a property scope',
      'invalid-attribute-value',
      '<endpoint><default/><property name="p" value="1" scope="§registry"/></endpoint>',
    ],
    [
      'authentication of nothing',
      'invalid-authentication',
      '<endpoint name="N">\n  <http uri-template="http://h/">§<authentication/></http>\n</endpoint>',
      /Invalid authentication configuration for endpoint N/,
    ],
    [
      'basicAuth without a password',
      'invalid-authentication',
      '<endpoint name="N">\n  <http uri-template="http://h/"><authentication>§<basicAuth><username>u</username></basicAuth></authentication></http>\n</endpoint>',
    ],
    [
      'two grants',
      'invalid-authentication',
      '<endpoint name="N">\n  <http uri-template="http://h/"><authentication>§<oauth><clientCredentials/><passwordCredentials/></oauth></authentication></http>\n</endpoint>',
    ],
    [
      'oauth without a token URL',
      'invalid-authentication',
      '<endpoint name="N">\n  <http uri-template="http://h/"><authentication><oauth>§<clientCredentials><clientId>a</clientId><clientSecret>b</clientSecret></clientCredentials></oauth></authentication></http>\n</endpoint>',
    ],
    [
      'a proxy without a port',
      'invalid-authentication',
      '<endpoint name="N">\n  <http uri-template="http://h/"><authentication><oauth><clientCredentials><clientId>a</clientId><clientSecret>b</clientSecret><tokenUrl>http://h</tokenUrl>§<proxyConfigs><proxyHost>h</proxyHost></proxyConfigs></clientCredentials></oauth></authentication></http>\n</endpoint>',
    ],
    [
      'policy and algorithm',
      'conflicting-attributes',
      '<endpoint><loadbalance policy="§roundRobin" algorithm="x"><endpoint><default/></endpoint></loadbalance></endpoint>',
    ],
    [
      'an unknown policy',
      'invalid-attribute-value',
      '<endpoint><loadbalance policy="§random"><endpoint><default/></endpoint></loadbalance></endpoint>',
    ],
    [
      'an unknown algorithm',
      'unknown-algorithm',
      '<endpoint><loadbalance algorithm="§com.x.Y"><endpoint><default/></endpoint></loadbalance></endpoint>',
    ],
    ['no children', 'invalid-endpoint', '<endpoint>§<failover/></endpoint>'],
    [
      'endpoints and members',
      'invalid-endpoint',
      '<endpoint>§<loadbalance><endpoint><default/></endpoint><member hostName="h" httpPort="1"/></loadbalance></endpoint>',
    ],
    [
      'the same child twice',
      'duplicate-endpoint',
      '<endpoint><failover><endpoint key="k"/><endpoint key="§k"/></failover></endpoint>',
      /Same endpoint definition cannot be used with in the siblings/,
    ],
    ['a bad child', 'missing-attribute', '<endpoint><failover><endpoint>§<address/></endpoint></failover></endpoint>'],
    [
      'WSDL 2.0',
      'invalid-wsdl',
      '<endpoint>§<wsdl service="S" port="P"><description xmlns="http://www.w3.org/ns/wsdl"/></wsdl></endpoint>',
      /WSDL 2\.0 Endpoints are currently not supported/,
    ],
    [
      'a WSDL without the port',
      'invalid-wsdl',
      '<endpoint>§<wsdl service="S" port="P"><definitions xmlns="http://schemas.xmlsoap.org/wsdl/"><service name="S"/></definitions></wsdl></endpoint>',
      /no port "P"/,
    ],
    [
      'a WSDL file that is not there',
      'invalid-wsdl',
      '<endpoint><wsdl uri="§file:/none.wsdl" service="S" port="P"/></endpoint>',
    ],
    ['a Java class', 'unsupported-endpoint', '<endpoint>§<class name="x"/></endpoint>'],
    [
      '$SYSTEM without a value',
      'missing-value',
      '<endpoint><address uri="§$SYSTEM:NO_SUCH_VARIABLE"/></endpoint>',
      /Environment variable could not be found/,
    ],
  ];
  for (const [name, code, xml, text] of rows) {
    it(name, () => {
      const before = xml.slice(0, xml.indexOf('§')).split('\n');
      const [problem] = problemsOf(xml.replace('§', ''));
      assert.ok(problem, 'nothing was found');
      const { line, column, severity } = problem;
      assert.deepEqual([problem.code, severity], [code, 'error']);
      assert.deepEqual([line, column], [before.length, (before.at(-1) ?? '').length + 1]);
      if (text) assert.match(problem.message, text);
    });
  }

  const accepted: [name: string, xml: string][] = [
    ['variables', http('', 'uri-template="http://h/{uri.var.a}{?query.param.b}"')],
    ['a whole URL', http('', 'uri-template="{uri.var.url}"')],
    ['an unknown child of timeout', http('<timeout><other/></timeout>')],
    [
      'codes separated by blanks and commas',
      http('<suspendOnFailure><errorCodes>101503 101504,101505</errorCodes></suspendOnFailure>'),
    ],
    ['the legacy suspension', http('<suspendDurationOnFailure>5</suspendDurationOnFailure>')],
    ['$SYSTEM', '<endpoint><address uri="$SYSTEM:PATH"/></endpoint>'],
    ['a key beside anything', '<endpoint key="k"><address/></endpoint>'],
  ];
  for (const [name, xml] of accepted) {
    it(`accepts ${name}`, () => assert.deepEqual(problemsOf(xml), []));
  }

  const warned: [name: string, xml: string, code: string][] = [
    ['an unknown method', http('', 'method="purge" uri-template="http://h/"'), 'unknown-method'],
    ['an unknown format', '<endpoint><address uri="http://h/" format="xml"/></endpoint>', 'unknown-attribute-value'],
    ['a property in a template', http('', 'uri-template="http://h/${p}"'), 'unresolved-placeholder'],
  ];
  for (const [name, xml, code] of warned) {
    it(`warns about ${name}`, () => {
      assert.deepEqual(
        problemsOf(xml).map((problem) => [problem.code, problem.severity]),
        [[code, 'warning']],
      );
    });
  }
});

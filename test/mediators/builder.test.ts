import { refusals, table } from './harness.js';

const part = (attributes: string) =>
  `<builder><messageBuilder contentType="application/json" ${attributes}/></builder>`;

describe('builder', () => {
  table([
    {
      rule: 'mediators 11: builder reads the body',
      xml: '<builder/>',
      given: { body: '{"a":1}' },
      expect: { outcome: true, built: true, body: '{"a":1}' },
    },
    {
      rule: 'mediators 11: builders and formatters of the reference engine are accepted',
      xml: `<builder class="org.apache.axis2.builder.MIMEBuilder" formatterClass="org.wso2.carbon.relay.ExpandingMessageFormatter"/>${part('class="org.apache.synapse.commons.json.JsonBuilder"')}`,
      given: { body: '{"a":1}' },
      expect: { outcome: true, built: true },
    },
    {
      rule: 'mediators 11: a body that cannot be read is only warned about',
      xml: '<builder/><property name="after" value="1"/>',
      given: { body: 'no xml', contentType: 'application/xml' },
      expect: { outcome: true, properties: { after: '1' } },
    },
  ]);
  refusals([
    { rule: "mediators 11: a builder of one's own", xml: '<builder class="com.acme.Builder"/>', code: 'needs-jvm' },
    { rule: 'mediators 11: a builder for a type', xml: part('class="com.acme.Builder"'), code: 'needs-jvm' },
    { rule: 'mediators 11: a formatter', xml: part('formatterClass="com.acme.Formatter"'), code: 'needs-jvm' },
  ]);
});

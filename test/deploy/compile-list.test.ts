import assert from 'node:assert/strict';
import { check } from '../../runtime/index.js';

const sequence = (mediators: string): string =>
  `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">\n  ${mediators}\n</sequence>`;

interface Row {
  rule: string;
  xml: string;
  message: string;
  hint: RegExp;
}

const rows: readonly Row[] = [
  {
    rule: 'mediators 8.2: an operation of a connector is refused with what to use instead',
    xml: '<email.send configKey="mail"><to>a@example.com</to></email.send>',
    message: 'Unknown mediator <email.send>',
    hint: /operation of the connector "email".*<call>.*<call-template>/,
  },
  {
    rule: 'mediators 2.1: an unknown mediator is refused with the nearest name',
    xml: '<propety name="a" value="b"/>',
    message: 'Unknown mediator <propety>',
    hint: /^did you mean <property>\?$/,
  },
];

describe('unknown mediators', () => {
  for (const { rule, xml, message, hint } of rows) {
    it(rule, () => {
      const [problem] = check(sequence(xml), { file: 's.xml' });
      assert.equal(problem?.severity, 'error');
      assert.equal(problem.message, message);
      assert.equal(problem.line, 2);
      assert.match(problem.hint ?? '', hint);
    });
  }

  it('mediators 2.1: the part before the first dot is tried as a mediator', () => {
    assert.deepEqual(check(sequence('<drop.all/>'), { file: 's.xml' }), []);
  });
});

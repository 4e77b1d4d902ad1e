import { call, remove, wire } from '../message-model/harness.js';

const entry = (key: string, content: string) => `<localEntry key="${key}">${content}</localEntry>`;
const log = (text: string) => `<log level="custom" separator="|"><property name="v" value="${text}"/></log>`;
const respond = '<respond/>';

wire('artifacts 2.3: definitions in local entries', [
  {
    rule: 'mediators 4.1: a sequence is found in a local entry',
    flow: `<sequence key="held"/>${log('after')}${respond}`,
    artifacts: [
      entry('held', `<sequence xmlns="http://ws.apache.org/ns/synapse" name="any">${log('held')}</sequence>`),
    ],
    expect: { logs: ['held', 'after'] },
  },
  {
    rule: 'mediators 4.1: a deployed sequence of the name wins',
    flow: `<sequence key="both"/>${respond}`,
    artifacts: [
      entry('both', `<sequence xmlns="http://ws.apache.org/ns/synapse" name="any">${log('entry')}</sequence>`),
      `<sequence name="both">${log('deployed')}</sequence>`,
    ],
    expect: { logs: ['deployed'] },
  },
  {
    rule: 'artifacts 2.3: an endpoint is found in a local entry',
    flow: `${remove('REST_URL_POSTFIX', 'axis2')}<call><endpoint key="target"/></call>${respond}`,
    artifacts: [
      entry('target', '<endpoint xmlns="http://ws.apache.org/ns/synapse"><address uri="BE/held"/></endpoint>'),
    ],
    expect: { seen: [{ url: '/held' }] },
  },
  {
    rule: 'mediators 4.1: an entry of another kind is no sequence',
    flow: `<sequence key="text"/>${call}${respond}`,
    fault: `${log('fault')}${respond}`,
    artifacts: [entry('text', 'hello')],
    expect: { logs: ['fault'], seen: [] },
  },
]);

import { type Row, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
/** What a fault handler says: its name, the error's code, and what the branch had set before. */
const handler = (name: string) =>
  `<log level="custom"><property name="${name}" expression="fn:concat($ctx:ERROR_CODE, ' ', $ctx:branch)"/></log>`;
const call = '<call><endpoint><http method="get" uri-template="http://b/"/></endpoint></call>';
const fails = '<property name="branch" value="b"/><throwError type="X" errorMessage="m"/>';

interface Split {
  readonly name: string;
  /** Mediators with one branch that runs these. */
  readonly xml: (branch: string, attributes?: string) => string;
  /** Whether the message itself goes on behind the split although the branch has failed. */
  readonly parentGoesOn: boolean;
}

const sequence = (branch: string, attributes: string) => `<sequence ${attributes}>${branch}</sequence>`;
const splits: readonly Split[] = [
  {
    name: 'mediators 7.1: clone',
    xml: (branch, attributes = '') =>
      `<clone continueParent="true"><target>${sequence(branch, attributes)}</target></clone>`,
    parentGoesOn: true,
  },
  {
    name: 'mediators 7.2: iterate',
    xml: (branch, attributes = '') =>
      `<iterate continueParent="true" expression="json-eval($.items)"><target>${sequence(branch, attributes)}</target></iterate>`,
    parentGoesOn: true,
  },
  {
    name: 'mediators 7.4: foreach over a collection',
    xml: (branch, attributes = '') =>
      `<foreach collection="\${payload.items}">${sequence(branch, attributes)}</foreach>`,
    parentGoesOn: false,
  },
  {
    name: 'mediators 7.4: foreach over a collection that drops its results',
    xml: (branch, attributes = '') =>
      `<foreach collection="\${payload.items}" continue-without-aggregation="true">${sequence(branch, attributes)}</foreach>`,
    parentGoesOn: true,
  },
  {
    name: 'mediators 7.6: scatter-gather',
    xml: (branch, attributes = '') =>
      `<scatter-gather target="body" result-content-type="JSON"><aggregation expression="\${payload}"/>${sequence(branch, attributes)}</scatter-gather>`,
    parentGoesOn: false,
  },
];

const given = { body: '{"items":[1]}', onFault: handler('outer') };
const withHandler = { ...given, sequences: { inner: handler('inner') } };

/** One row for each place that a handler can have, on one split. */
function rowsOf({ name, xml, parentGoesOn }: Split): Row[] {
  const rows: [string, string, Row['given'], string[]][] = [
    ['the handler that the message had', xml(fails), given, ['outer = X b']],
    ['the onError of the branch', xml(fails, 'onError="inner"'), withHandler, ['inner = X b']],
    [
      'the onError of a sequence within the branch',
      xml('<sequence key="fails"/>'),
      { ...given, sequences: { 'fails@inner': fails, inner: handler('inner') } },
      ['inner = X b'],
    ],
    [
      'the handler around a handler that fails',
      xml(fails, 'onError="inner"'),
      { ...given, sequences: { inner: `${handler('inner')}<throwError type="Y" errorMessage="n"/>` } },
      ['inner = X b', 'outer = Y b'],
    ],
    ['the onError of the branch, after a call', xml(call + fails, 'onError="inner"'), withHandler, ['inner = X b']],
    ['the handler that the message had, after a call', xml(call + fails), given, ['outer = X b']],
  ];
  return rows.map(([rule, mediators, around, logs]) => ({
    rule: `${name}: a fault in a branch reaches ${rule}`,
    xml: mediators + (parentGoesOn ? '' : say('never')),
    given: around ?? {},
    expect: { logs, outcome: parentGoesOn, properties: { branch: undefined, ERROR_CODE: undefined } },
  }));
}

describe('faults inside branches', () => {
  table(splits.flatMap(rowsOf));

  table([
    {
      rule: 'mediators 7.3: a fault in a foreach is one of the message: it reaches the handler of the message',
      xml: `<foreach expression="json-eval($.items)"><sequence>${fails}</sequence></foreach>${say('never')}`,
      given,
      expect: { logs: ['outer = X b'], outcome: 'handled', properties: { branch: 'b' } },
    },
    {
      rule: 'mediators 7.3: the onError of the sequence of a foreach comes first, and then nothing follows',
      xml: `<foreach expression="json-eval($.items)"><sequence onError="inner">${fails}</sequence></foreach>${say('never')}`,
      given: withHandler,
      expect: { logs: ['inner = X b'], outcome: 'handled' },
    },
    {
      rule: 'mediators 7.5: a fault in onComplete ends there, by the handler of the branch',
      xml: `<clone><target><sequence onError="inner"><aggregate><onComplete expression="json-eval($)">${fails}</onComplete></aggregate>${say('never')}</sequence></target></clone>`,
      given: withHandler,
      expect: { logs: ['inner = X b'], outcome: false },
    },
    {
      rule: 'mediators 7.5: results that do not fit together fault in the branch that completes the group',
      xml: `<iterate expression="json-eval($.items)"><target><sequence onError="inner"><property name="branch" expression="json-eval($)"/><aggregate><onComplete expression="//none"><respond/></onComplete></aggregate></sequence></target></iterate>`,
      given: { ...withHandler, body: '{"items":[1,2]}' },
      expect: { logs: ['inner = 0 2'] },
    },
    {
      rule: 'mediators 7.6: an answer that is not what it says faults behind the sequence of its branch, and the others count',
      xml: `<scatter-gather target="body" result-content-type="JSON"><aggregation expression="\${payload.n}" min-messages="1"/><sequence onError="inner"><property name="branch" value="b"/>${call}</sequence><sequence><payloadFactory media-type="json"><format>{"n":1}</format><args/></payloadFactory></sequence></scatter-gather>`,
      given: { ...withHandler, answers: [{ body: '<a', contentType: 'application/xml' }] },
      expect: { logs: ['outer = 601000 b'], outcome: true, body: '[1]' },
    },
    {
      rule: 'mediators 7.6: when no other branch counts, the flow ends',
      xml: `<scatter-gather target="body" result-content-type="JSON"><aggregation expression="\${payload.n}"/><sequence>${call}</sequence></scatter-gather>`,
      given: { ...withHandler, answers: [{ body: '<a', contentType: 'application/xml' }] },
      expect: { logs: ['outer = 601000 '], outcome: false },
    },
    {
      rule: 'mediators 7.2: a fault in one part leaves the others alone',
      xml: `<iterate expression="json-eval($.items)"><target><sequence onError="inner"><property name="branch" expression="json-eval($.n)"/><filter source="$ctx:branch" regex="2"><then><throwError type="X" errorMessage="m"/></then></filter>${call}${say('done')}</sequence></target></iterate>`,
      given: { ...withHandler, body: '{"items":[{"n":1},{"n":2},{"n":3}]}' },
      expect: { logs: ['inner = X 2', 'say = done', 'say = done'] },
    },
  ]);
});

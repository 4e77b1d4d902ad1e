/** One flow behind `/<name>`, and what it answers to message number `id`. */
export interface Flow {
  readonly rule: string;
  readonly name: string;
  /** Mediators of the in-sequence. */
  readonly mediators: string;
  readonly fault?: string;
  readonly xml?: true;
  /** Throws when an answer is not right. @param text body of the answer */
  readonly right: (text: string, id: number) => boolean;
}

/** Branches of which message `id` is made; `k` tells them apart. */
export const places = [0, 1, 2] as const;

export const jsonBody = (id: number): string =>
  JSON.stringify({ id, items: places.map((k) => ({ id, k })), filler: 'x'.repeat(id % 500) });

export const xmlBody = (id: number): string =>
  `<order><id>${id}</id>${places.map((k) => `<item k="${k}">${id}</item>`).join('')}</order>`;

const mark = (branch: number): string =>
  `<payloadFactory media-type="json"><format>{"id": $1, "k": ${branch}}</format><args><arg evaluator="json" expression="$.id"/></args></payloadFactory>`;
const call = '<call><endpoint key="Echo"/></call>';
const target = (mediators: string): string => `<target><sequence>${mediators}</sequence></target>`;
const targets = (more: string): string => places.map((k) => target(mark(k) + more)).join('');
const aggregate = (attributes = '', condition = '', expression = 'json-eval($)'): string =>
  `<aggregate ${attributes}>${condition}<onComplete expression="${expression}"><respond/></onComplete></aggregate>`;
const respond = '<respond/>';
const sequences = (more: string): string => places.map((k) => `<sequence>${mark(k)}${more}</sequence>`).join('');
/** The branches of one message, each once, in any order. */
const branches = (value: unknown, id: number, expected: readonly number[] = places): boolean =>
  Array.isArray(value) &&
  value.length === expected.length &&
  expected.every((k) => value.some((one: { id?: unknown; k?: unknown }) => one.id === id && one.k === k));

const all = (text: string, id: number): boolean => branches(JSON.parse(text), id);
const items = (text: string, id: number): boolean => {
  const order = JSON.parse(text) as { id: number; items: unknown };
  return order.id === id && JSON.stringify(order.items) === JSON.stringify(places.map((k) => ({ id, k })));
};

/** Flows whose branches all answer. */
export const answering: readonly Flow[] = [
  {
    rule: 'mediators 7.1, 7.5: clone, calls in its targets, aggregate behind it',
    name: 'clone',
    mediators: `<clone id="c">${targets(call)}</clone>${aggregate('id="c"')}`,
    right: all,
  },
  {
    rule: 'mediators 7.1: sequential clone with blocking calls, aggregate in its targets',
    name: 'clone-sequential',
    mediators: `<clone sequential="true">${targets('<call blocking="true"><endpoint key="Echo"/></call><sequence key="Collect"/>')}</clone>`,
    right: all,
  },
  {
    rule: 'mediators 7.2, 7.5: iterate over JSON, aggregate behind it',
    name: 'iterate',
    mediators: `<iterate expression="json-eval($.items)">${target(call)}</iterate>${aggregate()}`,
    right: all,
  },
  {
    rule: 'mediators 7.2, 7.5: iterate over XML, aggregate in an enclosing element',
    name: 'iterate-xml',
    mediators: `<property name="all"><all xmlns=""/></property><iterate expression="//item">${target(call)}</iterate><aggregate><onComplete expression="//item" enclosingElementProperty="all"><respond/></onComplete></aggregate>`,
    xml: true,
    right: (text, id) =>
      places.every((k) => text.includes(`<item k="${k}">${id}</item>`)) && text.split('<item').length === 4,
  },
  {
    rule: 'mediators 7.5: aggregate by correlateOn, whose value does not count',
    name: 'correlate',
    mediators: `<iterate expression="json-eval($.items)">${target(call)}</iterate><aggregate><correlateOn expression="json-eval($.k)"/><completeCondition><messageCount min="3" max="3"/></completeCondition><onComplete expression="json-eval($)">${respond}</onComplete></aggregate>`,
    right: all,
  },
  {
    rule: 'mediators 7.3: foreach in the message itself',
    name: 'foreach',
    mediators: `<foreach expression="json-eval($.items)"><sequence><payloadFactory media-type="json"><format>{"id":$1,"k":$2}</format><args><arg evaluator="json" expression="$.id"/><arg evaluator="json" expression="$.k"/></args></payloadFactory></sequence></foreach>${respond}`,
    right: items,
  },
  {
    rule: 'mediators 7.4: foreach over a collection, at once',
    name: 'foreach-collection',
    mediators: `<foreach collection="\${payload.items}"><sequence>${call}</sequence></foreach>${respond}`,
    right: items,
  },
  {
    rule: 'mediators 7.4: foreach over a collection, one after the other',
    name: 'foreach-sequential',
    mediators: `<foreach collection="\${payload.items}" parallel-execution="false" counter-variable="n"><sequence>${call}</sequence></foreach>${respond}`,
    right: items,
  },
  {
    rule: 'mediators 7.6: scatter-gather',
    name: 'scatter',
    mediators: `<scatter-gather target="body" result-content-type="JSON"><aggregation expression="\${payload}"/>${sequences(call)}</scatter-gather>${respond}`,
    right: all,
  },
];

const never = '<call><endpoint key="Never"/></call>';
/** How many of the branches that do answer came in time is up to the machine; at least the first did. */
const some = (text: string, id: number): boolean => {
  const value = JSON.parse(text) as unknown[];
  return branches(value, id, [0, 1]) || branches(value, id, [0]) || branches(value, id, [1]);
};
const two = places.slice(0, 2);

/** Flows one of whose branches waits for a backend that never answers. */
export const hanging: readonly Flow[] = [
  {
    rule: 'mediators 7.5: the time of an aggregate ends it with what there is',
    name: 'aggregate-time',
    mediators: `<clone>${two.map((k) => target(mark(k) + call)).join('')}${target(mark(2) + never)}</clone>${aggregate('', '<completeCondition timeout="5"/>')}`,
    right: some,
  },
  {
    rule: 'mediators 7.6: the time of a scatter-gather ends it with what there is',
    name: 'scatter-time',
    mediators: `<scatter-gather target="body" result-content-type="JSON"><aggregation expression="\${payload}" timeout="300"/>${two.map((k) => `<sequence>${mark(k)}${call}</sequence>`).join('')}<sequence>${mark(2)}${never}</sequence></scatter-gather>${respond}`,
    right: some,
  },
  {
    rule: 'mediators 7.4: the time of an endpoint ends the item, and its fault sequence answers',
    name: 'foreach-time',
    mediators: `<foreach collection="\${payload.items}"><sequence>${never}</sequence></foreach>${respond}`,
    fault: `<payloadFactory media-type="json"><format>{"code": "$1", "id": $2}</format><args><arg expression="$ctx:ERROR_CODE"/><arg expression="$ctx:order"/></args></payloadFactory>${respond}`,
    right: (text, id) => text === JSON.stringify({ code: '101504', id }).replaceAll(/[:,]/g, '$& '),
  },
];

/** Every branch of every message waits for a backend that does not answer before its clients have gone. */
export const abandoned: readonly Flow[] = [
  {
    rule: 'mediators 7.1: clone with an aggregate that has time',
    name: 'abandoned-clone',
    mediators: `<clone>${targets(never)}</clone>${aggregate('', '<completeCondition timeout="60"/>')}`,
    right: () => false,
  },
  {
    rule: 'mediators 7.4: foreach over a collection',
    name: 'abandoned-foreach',
    mediators: `<foreach collection="\${payload.items}"><sequence>${never}</sequence></foreach>${respond}`,
    right: () => false,
  },
  {
    rule: 'mediators 7.6: scatter-gather that has time',
    name: 'abandoned-scatter',
    mediators: `<scatter-gather target="body" result-content-type="JSON"><aggregation expression="\${payload}" timeout="60000"/>${sequences(never)}</scatter-gather>${respond}`,
    right: () => false,
  },
];

const policy =
  '<wsp:Policy xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy" xmlns:t="http://www.wso2.org/products/wso2commons/throttle"><t:MediatorThrottleAssertion><t:MaximumConcurrentAccess>5</t:MaximumConcurrentAccess></t:MediatorThrottleAssertion></wsp:Policy>';

/** Five messages may wait for the backend at once; the others are told so. */
export const limited: Flow = {
  rule: 'mediators 9.1: places of a concurrency throttle',
  name: 'limited',
  mediators: `<throttle id="limited"><policy>${policy}</policy><onAccept>${never}</onAccept><onReject><payloadFactory media-type="text"><format>busy</format><args/></payloadFactory>${respond}</onReject></throttle>${respond}`,
  right: () => false,
};

/** The artifacts of all flows, with the endpoints that they call. */
export const artifacts = (backend: string): string => {
  const order = '<property name="order" expression="json-eval($.id)"/>';
  const apis = [...answering, ...hanging, ...abandoned, limited].map(
    ({ name, mediators, fault, xml }) =>
      `<api name="${name}" context="/${name}"><resource methods="POST"><inSequence>${xml ? '' : order}${mediators}</inSequence>${fault ? `<faultSequence>${fault}</faultSequence>` : ''}</resource></api>`,
  );
  const endpoint = (name: string, timeout: number): string =>
    `<endpoint name="${name}"><http method="post" uri-template="${backend}/${name.toLowerCase()}"><timeout><duration>${timeout}</duration><responseAction>fault</responseAction></timeout><markForSuspension><errorCodes>-1</errorCodes></markForSuspension><suspendOnFailure><errorCodes>-1</errorCodes></suspendOnFailure></http></endpoint>`;
  const collect = `<sequence name="Collect">${aggregate()}</sequence>`;
  return `${apis.join('')}${collect}${endpoint('Echo', 60_000)}${endpoint('Never', 2_000)}`;
};

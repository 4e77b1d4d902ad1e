import type { TProtocol } from 'thrift';
import { FloatNumber, WholeNumber } from '../java/value.js';
import { type AttributeValue, type DataEvent, streamId } from './data-event.js';
import type { Thrift } from './thrift-package.js';

/** What stands for a value that is null. */
const nullText = '_null';

/** The values of several events by their kinds, each list in the order in which a receiver takes them out again. */
interface Lists {
  readonly ints: number[];
  readonly longs: bigint[];
  readonly doubles: number[];
  readonly booleans: boolean[];
  readonly strings: string[];
  readonly arbitrary: Map<number, ReadonlyMap<string, string>>;
}

/**
 * Writes events as one `ThriftEventBundle`. An event begins with its stream in the list of strings and its time in the list
 * of longs; meta, correlation and payload follow, each value in the list of its kind. A FLOAT is among the doubles.
 */
export function writeEventBundle(
  thrift: Thrift,
  out: TProtocol,
  sessionId: string,
  events: readonly DataEvent[],
): void {
  const { Type } = thrift.Thrift;
  const lists = collect(events);
  const field = (id: number, type: number, write: () => void) => {
    out.writeFieldBegin('', type, id);
    write();
    out.writeFieldEnd();
  };
  const list = <Item>(id: number, type: number, items: readonly Item[], write: (item: Item) => void) => {
    if (items.length === 0) return;
    field(id, Type.LIST, () => {
      out.writeListBegin(type, items.length);
      for (const item of items) write(item);
      out.writeListEnd();
    });
  };
  out.writeStructBegin('ThriftEventBundle');
  field(1, Type.STRING, () => out.writeString(sessionId));
  field(2, Type.I32, () => out.writeI32(events.length));
  list(3, Type.I32, lists.ints, (value) => out.writeI32(value));
  list(4, Type.I64, lists.longs, (value) => out.writeI64(int64(thrift, value)));
  list(5, Type.DOUBLE, lists.doubles, (value) => out.writeDouble(value));
  list(6, Type.BOOL, lists.booleans, (value) => out.writeBool(value));
  list(7, Type.STRING, lists.strings, (value) => out.writeString(value));
  if (lists.arbitrary.size > 0) field(8, Type.MAP, () => writeArbitrary(thrift, out, lists.arbitrary));
  out.writeFieldStop();
  out.writeStructEnd();
}

function collect(events: readonly DataEvent[]): Lists {
  const lists: Lists = { ints: [], longs: [], doubles: [], booleans: [], strings: [], arbitrary: new Map() };
  for (const [index, event] of events.entries()) {
    lists.strings.push(streamId(event.stream));
    lists.longs.push(BigInt(event.timestamp));
    for (const values of [event.meta, event.correlation, event.payload]) {
      for (const value of values) put(value, lists);
    }
    if (event.arbitrary) lists.arbitrary.set(index, event.arbitrary);
  }
  return lists;
}

function put(value: AttributeValue, lists: Lists): void {
  if (value === null) lists.strings.push(nullText);
  else if (typeof value === 'string') lists.strings.push(value);
  else if (typeof value === 'boolean') lists.booleans.push(value);
  else if (typeof value === 'number') lists.doubles.push(value);
  else if (value instanceof FloatNumber) lists.doubles.push(value.value);
  else if (value instanceof WholeNumber && value.type === 'Long') lists.longs.push(value.value);
  else lists.ints.push(Number(value.value));
}

/** The package counts in doubles, which have no room for a long. */
function int64(thrift: Thrift, value: bigint) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return new thrift.Int64(bytes);
}

function writeArbitrary(thrift: Thrift, out: TProtocol, maps: Lists['arbitrary']): void {
  const { Type } = thrift.Thrift;
  out.writeMapBegin(Type.I32, Type.MAP, maps.size);
  for (const [index, values] of maps) {
    out.writeI32(index);
    out.writeMapBegin(Type.STRING, Type.STRING, values.size);
    for (const [name, value] of values) {
      out.writeString(name);
      out.writeString(value);
    }
    out.writeMapEnd();
  }
  out.writeMapEnd();
}

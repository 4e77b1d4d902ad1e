import assert from 'node:assert/strict';
import { ReceiverUrlError, readReceiverUrls } from '../../runtime/databridge/receiver-urls.js';

const shown = (receivers: string, authenticators?: string): string[] =>
  readReceiverUrls(receivers, authenticators).map(
    ({ failover, receivers }) =>
      `${failover ? 'failover' : 'balanced'} ${receivers.map(({ receiver, authenticator }) => `${receiver.url}>${authenticator.url}`).join(' ')}`,
  );

describe('mediators 12: URLs of an event sink', () => {
  const rows: readonly [string, string | undefined, string[]][] = [
    ['tcp://a:7611', undefined, ['balanced tcp://a:7611>ssl://a:7711']],
    ['tcp://a:7611', ' ', ['balanced tcp://a:7611>ssl://a:7711']],
    ['tcp://a:7611', 'ssl://b:9711', ['balanced tcp://a:7611>ssl://b:9711']],
    ['tcp://a:7611, tcp://b:7611', undefined, ['balanced tcp://a:7611>ssl://a:7711 tcp://b:7611>ssl://b:7711']],
    ['tcp://a:1|ssl://b:2', undefined, ['failover tcp://a:1>ssl://a:101 ssl://b:2>ssl://b:102']],
    [
      '{tcp://a:1|tcp://b:1},{tcp://c:1}',
      '{ssl://a:2|ssl://b:2},{ssl://c:2}',
      ['failover tcp://a:1>ssl://a:2 tcp://b:1>ssl://b:2', 'balanced tcp://c:1>ssl://c:2'],
    ],
    ['tcp://[::1]:7611', undefined, ['balanced tcp://[::1]:7611>ssl://[::1]:7711']],
  ];
  for (const [receivers, authenticators, expected] of rows) {
    it(`mediators 12: ${receivers} with ${authenticators ?? 'no authenticator'}`, () => {
      assert.deepEqual(shown(receivers, authenticators), expected);
    });
  }

  const refused: readonly [string, string | undefined, RegExp][] = [
    ['http://a:7611', undefined, /no URL of a receiver/],
    ['tcp://a', undefined, /no URL of a receiver/],
    ['tcp://a:70000', undefined, /no URL of a receiver/],
    ['tcp://a:1,tcp://b:1|tcp://c:1', undefined, /both "," and "\|"/],
    ['tcp://a:1', 'tcp://a:2', /clear text/],
    ['tcp://a:1', 'ssl://a:2,ssl://b:2', /1 receivers have 2 authenticators/],
    ['{tcp://a:1},{tcp://b:1}', 'ssl://a:2', /2 groups of receivers have 1/],
  ];
  for (const [receivers, authenticators, message] of refused) {
    it(`mediators 12: ${receivers} with ${authenticators ?? 'no authenticator'} is refused`, () => {
      assert.throws(
        () => readReceiverUrls(receivers, authenticators),
        (error) => error instanceof ReceiverUrlError && message.test(error.message),
      );
    });
  }
});

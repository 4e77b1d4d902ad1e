import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogContext, LogLevel } from '../../runtime/message/logger.js';
import { type Log, openLog } from '../../runtime/server/logging.js';

const child = fileURLToPath(new URL('./logging-process.js', import.meta.url));

async function written(format: 'text' | 'json', use: (log: Log) => void, level: LogLevel = 'INFO'): Promise<string[]> {
  const file = join(await mkdtemp(join(tmpdir(), 'mediant-test-')), 'log');
  const log = openLog({ format, level, destination: file });
  use(log);
  log.flush();
  return (await readFile(file, 'utf8')).split('\n').slice(0, -1);
}

describe('product 3: the text form of the log', () => {
  const rows: [level: LogLevel, logger: string, text: string, expected: string][] = [
    ['INFO', 'LogMediator', '{api:Hello} To: /hello, x', ' INFO {LogMediator} - {api:Hello} To: /hello, x'],
    ['ERROR', 'API', 'a%sb', 'ERROR {API} - a%sb'],
    ['WARN', 'API', 'ü €', ' WARN {API} - ü €'],
    ['FATAL', 'API', '', 'FATAL {API} - '],
    ['INFO', 'API', 'one\ntwo\r\nthree\ttab', ' INFO {API} - one\\ntwo\\r\\nthree\ttab'],
    ['INFO', 'API', 'a\u001b[31mred\u2028b', ' INFO {API} - a\\u001b[31mred\\u2028b'],
    ['INFO', 'API', 'Authorization: Basic eDp5MTIz', ' INFO {API} - Authorization: ***'],
    ['INFO', 'LogMediator', 'au = Bearer tok-1', ' INFO {LogMediator} - au = Bearer tok-1'],
  ];
  for (const [level, logger, text, expected] of rows) {
    it(JSON.stringify(text), async () => {
      const [line = '', ...more] = await written('text', (log) => log.log(level, logger, text));
      assert.deepEqual(more, []);
      assert.match(line, /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] /);
      assert.equal(line.slice('[2026-01-31 12:00:00,123] '.length), expected);
    });
  }

  it('the time is local time', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const [line = ''] = await written('text', (log) => log.log('INFO', 'A', ''));
    const [, year = '', month = '', day = '', hour = '', minute = '', second = '', ms = ''] =
      /^\[(\d+)-(\d+)-(\d+) (\d+):(\d+):(\d+),(\d+)\]/.exec(line) ?? [];
    const [y, mo, d, h, mi, s, milli] = [year, month, day, hour, minute, second, ms].map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const time = new Date(y, mo - 1, d, h, mi, s, milli).getTime();
    assert.ok(time >= before && time <= Date.now());
  });
});

describe('product 3: the json form of the log', () => {
  const rows: [text: string, context: LogContext | undefined, expected: Record<string, string>][] = [
    ['hello', undefined, { msg: 'hello' }],
    ['one\ntwo "%s" \u001b', undefined, { msg: 'one\ntwo "%s" \u001b' }],
    ['x', { artifact: 'api:Hello', correlationId: 'c-1' }, { artifact: 'api:Hello', correlationId: 'c-1', msg: 'x' }],
    ['password=abc', undefined, { msg: 'password=***' }],
  ];
  for (const [text, context, expected] of rows) {
    it(JSON.stringify(text), async () => {
      const [line = '', ...more] = await written('json', (log) => log.log('WARN', 'API', text, context));
      assert.deepEqual(more, []);
      const { time, ...event } = JSON.parse(line) as Record<string, string>;
      assert.deepEqual(event, { level: 'WARN', logger: 'API', ...expected });
      assert.match(time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });
  }
});

describe('levels of the log', () => {
  const all: LogLevel[] = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];
  all.forEach((level, index) => {
    it(`${level} writes itself and what is graver`, async () => {
      const lines = await written(
        'json',
        (log) => {
          for (const one of all) log.log(one, 'A', one);
        },
        level,
      );
      assert.deepEqual(
        lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
        all.slice(0, index + 1),
      );
    });
  });

  it('one logger may have a level of its own', async () => {
    const lines = await written('text', (log) => {
      log.setLevel('DEBUG', 'A');
      log.setLevel('OFF', 'B');
      assert.equal(log.enabled('DEBUG'), true);
      assert.equal(log.enabled('TRACE'), false);
      for (const name of ['A', 'B', 'C']) {
        log.log('DEBUG', name, 'debug');
        log.log('ERROR', name, 'error');
      }
      assert.deepEqual([log.level('A'), log.level('B'), log.level('C'), log.level()], ['DEBUG', 'OFF', 'INFO', 'INFO']);
    });
    assert.deepEqual(
      lines.map((line) => line.slice(26)),
      ['DEBUG {A} - debug', 'ERROR {A} - error', 'ERROR {C} - error'],
    );
  });

  it('a printed line is as it is', async () => {
    assert.deepEqual(await written('json', (log) => log.print('mediant ready in 1 ms')), ['mediant ready in 1 ms']);
  });
});

describe('the log loses nothing when the process ends', () => {
  for (const format of ['text', 'json']) {
    for (const end of ['return', 'exit', 'throw', 'SIGTERM']) {
      it(`${format}, ${end}`, async () => {
        const stdout = await new Promise<string>((resolve) => {
          execFile(process.execPath, [child, format, '20000', end], { maxBuffer: 1e8 }, (_, out) => resolve(out));
        });
        const lines = stdout.split('\n').slice(0, -1);
        assert.equal(lines.length, 20_000);
        assert.match(lines.at(-1) ?? '', /line 19999/);
      });
    }
  }
});

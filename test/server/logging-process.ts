import { openLog } from '../../runtime/server/logging.js';

// A process of its own for the logging tests: logs lines on stdout and ends in one of several ways.
const [format = 'text', count = '0', end = 'return'] = process.argv.slice(2);
const log = openLog({ format: format === 'json' ? 'json' : 'text', level: 'INFO' });
for (let n = 0; n < Number(count); n++) log.log('INFO', 'Test', `line ${n}`);
if (end === 'exit') process.exit(0);
if (end === 'throw') throw new Error('expected by the test');
if (end === 'SIGTERM') {
  process.on('SIGTERM', () => process.exit(0));
  setInterval(() => {}, 1000);
  process.kill(process.pid, 'SIGTERM');
}

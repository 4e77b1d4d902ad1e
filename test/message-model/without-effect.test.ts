import { readFileSync } from 'node:fs';
import { call, type Row, set, wire } from './harness.js';

const page = readFileSync(new URL('../../../docs/differences.md', import.meta.url), 'utf8');
const section = page.slice(page.indexOf('## Properties without effect')).split('\n## ', 1)[0] ?? '';

/** The table's rows: `| 2.3 | names in back quotes | why |`. */
const listed = [...section.matchAll(/^\| (\d\.\d) \| ([^|]+) \|/gm)].flatMap(([, chapter = '', names = '']) =>
  [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ chapter, name })),
);

wire(
  'properties without effect',
  listed.map(
    ({ chapter, name }): Row => ({
      rule: `message-model ${chapter}: ${name} has no effect`,
      flow: `${set(name, 'true')}${set(name, 'true', 'default')}${call}${set(name, 'true')}<respond/>`,
      request: { path: '/x', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } },
      expect: {
        status: 200,
        body: '{"backend":"ok"}',
        headers: { 'content-type': 'application/json' },
        seen: [{ method: 'POST', url: '/x', body: '{"a":1}', headers: { 'transfer-encoding': 'chunked' } }],
      },
    }),
  ),
);

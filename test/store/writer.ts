import { openStore } from '../../runtime/store/store.js';

// A process of its own for the store tests: writes rows, and prints the name of each after it was acknowledged.
const [url = '', home = '', prefix = '', count = '0'] = process.argv.slice(2);
const store = await openStore(url, { home });
for (let n = 0; n < Number(count); n++) {
  const name = `${prefix}-${n}`;
  await store.db.insertInto('installation').values({ name, value: 'x' }).execute();
  process.stdout.write(`${name}\n`);
}
await store.close();

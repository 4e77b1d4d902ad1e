import { openStore } from '../../runtime/store/store.js';

// A process of its own for the store tests: adds one to a counter, many times, each in a transaction that reads first.
const [url = '', home = '', count = '0'] = process.argv.slice(2);
const store = await openStore(url, { home });
for (let n = 0; n < Number(count); n++) {
  await store.db.transaction().execute(async (trx) => {
    const { value } = await trx
      .selectFrom('installation')
      .select('value')
      .where('name', '=', 'counter')
      .$if(store.kind === 'postgres', (query) => query.forUpdate())
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('installation')
      .set({ value: String(Number(value) + 1) })
      .where('name', '=', 'counter')
      .execute();
  });
}
await store.close();

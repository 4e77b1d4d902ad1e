import assert from 'node:assert/strict';
import { parse } from 'smol-toml';
import { dataSources } from '../../runtime/settings/data-sources.js';

const of = (text: string) => dataSources({ file: 'deployment.toml', tables: parse(text), systemProperties: new Map() });

describe('artifacts 6.4: [[datasource]] of deployment.toml', () => {
  const found = of(`
    [[datasource]]
    id = "Orders"
    url = "jdbc:mysql://db:3306/orders"
    username = "u"
    password = "p"
    driver = "com.mysql.jdbc.Driver"
    pool_options.maxActive = 5
    pool_options.maxWait = 700
    pool_options.defaultTransactionIsolation = "READ_COMMITTED"

    [[datasource]]
    id = "Other"
    url = "jdbc:sqlite:x.db"
    jndi_config.name = "jdbc/Known"
    pool_options.maxActive = "many"

    [[datasource]]
    id = "without a URL"
  `);

  it('url, credentials, size of the pool and isolation', () => {
    assert.deepEqual(found.get('Orders'), {
      url: 'jdbc:mysql://db:3306/orders',
      user: 'u',
      password: 'p',
      maximum: 5,
      wait: 700,
      isolation: 'read committed',
    });
  });

  it('the names that dsName may have are one data source', () => {
    const names = ['jdbc/Orders', 'java:jdbc/Orders', 'java:comp/env/jdbc/Orders', 'java:comp/env/Orders'];
    for (const name of names) assert.equal(found.get(name), found.get('Orders'), name);
    assert.equal(found.get('jdbc/Known'), found.get('Other'));
  });

  it('numbers that are none are ignored, a table without a URL is no data source', () => {
    assert.deepEqual([found.get('Other')?.maximum, found.get('Other')?.wait], [50, 60_000]);
    assert.equal(found.get('without a URL'), undefined);
  });

  it('no such table, no data source', () => {
    assert.equal(of('[mediant]\nhttp_port = 1').size, 0);
    assert.equal(of('datasource = "x"').size, 0);
  });
});

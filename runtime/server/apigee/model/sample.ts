import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../../version.js';
import { packBundle } from './bundle-archive.js';
import { Input } from './input.js';
import type { StoredOrganization } from './organization.js';

const proxies = ['oauth', 'weatherapi'];
const developer = 'nikolai.tesla@example.com';
const product = 'PremiumWeatherAPI';

/**
 * Gives an organisation that holds nothing yet what the client credentials tutorial begins with: two proxies that are not
 * deployed, a product, a developer and his app with one approved key (api-management 4.2, setup state).
 */
export async function installSample(organization: StoredOrganization, user: string): Promise<void> {
  const { products, developers, apps, environments } = organization;
  const used = [products.list(), developers.list(), organization.proxies.list()].some((list) => list.length > 0);
  if (used) return;
  for (const name of proxies) await organization.proxies.import(name, await sampleBundle(name), user);
  for (const name of environments.names()) {
    const { targetServers } = environments.get(name);
    const server = new Input({ host: 'weather.example.com', port: 80 });
    if (targetServers.find('weather-backend') === undefined)
      await targetServers.create('weather-backend', server, user);
  }
  await products.create(
    new Input({
      name: product,
      displayName: 'Premium Weather API',
      description: 'Weather forecasts of the tutorial',
      approvalType: 'auto',
      apiResources: ['/**'],
      proxies: ['weatherapi'],
      environments: environments.names(),
      scopes: ['READ'],
    }),
    user,
  );
  const person = { email: developer, firstName: 'Nikolai', lastName: 'Tesla', userName: 'nikolai.tesla' };
  await developers.create(new Input(person), user);
  const attributes = [{ name: 'DisplayName', value: 'Weather App' }];
  await apps.create(developer, new Input({ name: 'Weather App', apiProducts: [product], attributes }), user);
}

/** The zip of a bundle that stands as a folder in this package. */
async function sampleBundle(name: string): Promise<Uint8Array> {
  const folder = fileURLToPath(packageFile(`sequences/sample-organization/${name}/apiproxy/`));
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.xml'));
  const files = new Map<string, Uint8Array>();
  for (const path of paths) files.set(path.split(sep).join('/'), await readFile(join(folder, path)));
  return packBundle('apiproxy', files);
}

import type { StoredOrganization } from '../model/organization.js';
import { show } from './answer.js';
import type { Call } from './call.js';
import type { Route } from './routes.js';
import { productView } from './views.js';

const root = 'ApiProduct';

export const productRoutes: readonly Route[] = [
  ['get', '/apiproducts', list],
  ['post', '/apiproducts', create],
  ['get', '/apiproducts/:product', (call, { products }) => show(root, productView(products.get(call.path('product'))))],
  ['put', '/apiproducts/:product', update],
  ['post', '/apiproducts/:product', update],
  ['delete', '/apiproducts/:product', remove],
];

function list(call: Call, { products }: StoredOrganization) {
  const all = products.list();
  if (call.parameter('expand') === 'true') return show('ApiProducts', { apiProduct: all.map(productView) });
  return show(
    'ApiProducts',
    all.map(({ name }) => name),
  );
}

async function create(call: Call, { products }: StoredOrganization) {
  return show(root, productView(await products.create(call.input(root), call.user)), 201);
}

async function update(call: Call, { products }: StoredOrganization) {
  return show(root, productView(await products.update(call.path('product'), call.input(root), call.user)));
}

async function remove(call: Call, organization: StoredOrganization) {
  return show(root, productView(await organization.removeProduct(call.path('product'))));
}

import type { Product } from '../../../apigee/organization.js';
import { created, modified, type OrganizationContext, type Stamp } from './context.js';
import { Documents } from './documents.js';
import { badRequest, conflict, notFound } from './error.js';
import { type Attribute, attributeRecord, checkedName, type Input } from './input.js';

/** A product as the management calls show it (api-management 2.9). */
export interface StoredProduct extends Omit<Product, 'attributes'>, Stamp {
  readonly attributes: readonly Attribute[];
}

const timeUnits = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;

/** The API products of an organisation. */
export class Products {
  readonly #context: OrganizationContext;
  readonly #documents: Documents<StoredProduct>;

  constructor(context: OrganizationContext) {
    this.#context = context;
    this.#documents = new Documents(context, { kind: 'product', environment: '' });
  }

  load(): Promise<void> {
    return this.#documents.load();
  }

  list(): StoredProduct[] {
    return this.#documents.list();
  }

  /** As flows see it. */
  find(name: string): Product | undefined {
    const product = this.#documents.get(name);
    return product && { ...product, attributes: attributeRecord(product.attributes) };
  }

  /** @throws ApigeeError 404 */
  get(name: string): StoredProduct {
    const product = this.#documents.get(name);
    if (product === undefined) {
      const text = `API product "${name}" does not exist in organization ${this.#context.organization}`;
      throw notFound('keymanagement.service.apiproduct_doesnot_exist', text);
    }
    return product;
  }

  /** @throws ApigeeError 409 for a name that is taken */
  async create(input: Input, user: string): Promise<StoredProduct> {
    const name = checkedName('name', input.required('name'));
    if (this.#documents.get(name) !== undefined) {
      throw conflict('keymanagement.service.apiproduct_already_exists', `API product "${name}" already exists`);
    }
    const product = { name, ...fieldsOf(input, name), ...created(this.#context, user) };
    await this.#documents.add(product);
    return product;
  }

  /** Gives the product new members; those that the input does not have are empty afterwards. */
  async update(name: string, input: Input, user: string): Promise<StoredProduct> {
    const old = this.get(name);
    checkSameName(input, name);
    const product = { name, ...fieldsOf(input, name), ...modified(this.#context, old, user) };
    await this.#documents.replace(product);
    return product;
  }

  async remove(name: string): Promise<StoredProduct> {
    const product = this.get(name);
    await this.#documents.remove(name);
    return product;
  }
}

/** Entities are not renamed: a name in the body is that of the path, or is not there. */
export function checkSameName(input: Input, name: string): void {
  if (input.has('name') && input.text('name').trim() !== name) {
    throw badRequest(`name: "${input.text('name')}" is not the name in the path, "${name}"`);
  }
}

function fieldsOf(input: Input, name: string): Omit<StoredProduct, 'name' | keyof Stamp> {
  const quota = input.text('quota').trim();
  const quotaInterval = input.text('quotaInterval').trim();
  const quotaTimeUnit = input.text('quotaTimeUnit') === '' ? '' : input.oneOf('quotaTimeUnit', timeUnits, 'minute');
  input.wholeNumber('quota', 0);
  input.wholeNumber('quotaInterval', 1);
  const apiResources = input.texts('apiResources');
  const unrooted = apiResources.find((path) => !path.startsWith('/'));
  if (unrooted !== undefined) throw badRequest(`apiResources: "${unrooted}" does not begin with /`);
  return {
    displayName: input.text('displayName') || name,
    description: input.text('description'),
    approvalType: input.oneOf('approvalType', ['auto', 'manual'], 'auto'),
    apiResources,
    proxies: input.texts('proxies'),
    environments: input.texts('environments'),
    scopes: scopesOf(input),
    quota,
    quotaInterval,
    quotaTimeUnit,
    attributes: input.attributes(),
  };
}

/** Scopes; some clients send several in one text, with commas or blanks between. */
function scopesOf(input: Input): string[] {
  const words = input.texts('scopes').flatMap((text) => text.split(/[\s,]+/));
  return [...new Set(words.filter((word) => word !== ''))];
}

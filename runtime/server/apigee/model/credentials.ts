import type { Credential, Status } from '../../../apigee/organization.js';
import type { CredentialRow } from '../../../store/apigee-schema.js';
import type { Db } from '../../apim-model/context.js';
import { digestOf, type OrganizationContext, randomText } from './context.js';
import { badRequest, conflict, notFound } from './error.js';
import { type Attribute, attributeRecord, checkedName, type Input } from './input.js';
import type { Products } from './products.js';

/** A key pair as the management calls show it. */
export interface StoredCredential extends Omit<Credential, 'attributes'> {
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly attributes: readonly Attribute[];
}

type SealedPart = Pick<StoredCredential, 'consumerKey' | 'consumerSecret'>;
type OpenPart = Omit<StoredCredential, keyof SealedPart | 'appId'>;

/** What a new key pair begins with. */
export interface NewKey {
  readonly consumerKey?: string;
  readonly consumerSecret?: string;
  /** Milliseconds since 1970; -1: never. */
  readonly expiresAt: number;
  readonly products: StoredCredential['products'];
}

const keyLength = 32;

/** Key pairs of the apps of an organisation. Keys and secrets are encrypted in the store. */
export class Credentials {
  readonly #context: OrganizationContext;
  readonly #products: Products;
  readonly #byKey = new Map<string, StoredCredential>();
  /** Keys of each app, oldest first. */
  readonly #byApp = new Map<string, string[]>();

  constructor(context: OrganizationContext, products: Products) {
    this.#context = context;
    this.#products = products;
  }

  async load(): Promise<void> {
    const rows = await this.#context.store.db
      .selectFrom('apigee_credentials')
      .innerJoin('apigee_apps', 'apigee_apps.id', 'apigee_credentials.app_id')
      .innerJoin('apigee_developers', 'apigee_developers.id', 'apigee_apps.developer_id')
      .selectAll('apigee_credentials')
      .where('apigee_developers.organization', '=', this.#context.organization)
      .orderBy('apigee_credentials.created_at')
      .execute();
    for (const row of rows) this.#keep(this.#read(row));
  }

  find(consumerKey: string): StoredCredential | undefined {
    return this.#byKey.get(consumerKey);
  }

  /** Key pairs of an app, oldest first. */
  ofApp(appId: string): StoredCredential[] {
    return this.keysOf(appId).flatMap((key) => this.#byKey.get(key) ?? []);
  }

  keysOf(appId: string): readonly string[] {
    return this.#byApp.get(appId) ?? [];
  }

  /** @throws ApigeeError 404, also for the key of another app */
  get(appId: string, consumerKey: string): StoredCredential {
    const credential = this.#byKey.get(consumerKey);
    if (credential?.appId === appId) return credential;
    throw notFound('keymanagement.service.InvalidClientIdForGivenApp', 'The app has no such consumer key');
  }

  /** @throws ApigeeError 409 when the key is taken */
  async create(appId: string, key: NewKey, db: Db = this.#context.store.db): Promise<StoredCredential> {
    const { consumerKey, consumerSecret, expiresAt, products } = key;
    const credential: StoredCredential = {
      consumerKey: consumerKey ?? randomText(keyLength),
      consumerSecret: consumerSecret ?? randomText(keyLength),
      status: 'approved',
      appId,
      products,
      attributes: [],
      issuedAt: this.#context.now(),
      expiresAt,
    };
    if (this.#byKey.has(credential.consumerKey)) {
      throw conflict('keymanagement.service.consumerkey_already_exists', 'The consumer key is taken');
    }
    await db
      .insertInto('apigee_credentials')
      .values({ app_id: appId, created_at: credential.issuedAt, ...this.#row(credential) })
      .execute();
    this.#keep(credential);
    return credential;
  }

  /** Attaches products to the key; attributes, when there are any, replace the old ones. */
  async attach(credential: StoredCredential, input: Input): Promise<StoredCredential> {
    const known = new Set(credential.products.map(({ name }) => name));
    const added = this.requestedProducts(input).filter(({ name }) => !known.has(name));
    const attributes = input.has('attributes') ? input.attributes() : credential.attributes;
    return this.#write({ ...credential, products: [...credential.products, ...added], attributes });
  }

  /** Takes a product off the key. @throws ApigeeError 404 when the key does not have it */
  async detach(credential: StoredCredential, product: string): Promise<StoredCredential> {
    checkHas(credential, product);
    return this.#write({ ...credential, products: credential.products.filter(({ name }) => name !== product) });
  }

  async setStatus(credential: StoredCredential, status: Status): Promise<StoredCredential> {
    return this.#write({ ...credential, status });
  }

  /** Approves or revokes one product of the key. @throws ApigeeError 404 when the key does not have it */
  async setProductStatus(credential: StoredCredential, product: string, status: Status): Promise<StoredCredential> {
    checkHas(credential, product);
    const products = credential.products.map((entry) => (entry.name === product ? { ...entry, status } : entry));
    return this.#write({ ...credential, products });
  }

  async remove(credential: StoredCredential): Promise<void> {
    await this.#context.store.db
      .deleteFrom('apigee_credentials')
      .where('key_digest', '=', this.#digest(credential.consumerKey))
      .execute();
    this.#forget(credential);
  }

  /** Lets go of the keys of an app that is deleted: in the store they go with it. */
  forgetApp(appId: string): void {
    for (const credential of this.ofApp(appId)) this.#forget(credential);
    this.#byApp.delete(appId);
  }

  /** Takes a product that is deleted off every key. */
  async dropProduct(product: string): Promise<void> {
    for (const credential of [...this.#byKey.values()]) {
      if (credential.products.some(({ name }) => name === product)) await this.detach(credential, product);
    }
  }

  /**
   * The products that a request for a key names, each with the status that it begins with.
   * @throws ApigeeError 400 for one that does not exist
   */
  requestedProducts(input: Input): StoredCredential['products'] {
    return [...new Set(input.texts('apiProducts'))].map((name) => {
      const product = this.#products.find(name);
      if (product === undefined) throw badRequest(`apiProducts: there is no API product "${name}"`);
      return { name, status: product.approvalType === 'auto' ? 'approved' : 'pending' };
    });
  }

  async #write(credential: StoredCredential): Promise<StoredCredential> {
    const { key_digest, ...content } = this.#row(credential);
    await this.#context.store.db
      .updateTable('apigee_credentials')
      .set(content)
      .where('key_digest', '=', key_digest)
      .execute();
    this.#byKey.set(credential.consumerKey, credential);
    return credential;
  }

  #row({ consumerKey, consumerSecret, appId: _, ...open }: StoredCredential) {
    const sealed: SealedPart = { consumerKey, consumerSecret };
    return {
      key_digest: this.#digest(consumerKey),
      document: JSON.stringify(open satisfies OpenPart),
      sealed: this.#context.secrets.encrypt(JSON.stringify(sealed)),
    };
  }

  #read(row: CredentialRow): StoredCredential {
    const sealed = JSON.parse(this.#context.secrets.decrypt(row.sealed)) as SealedPart;
    return { ...sealed, appId: row.app_id, ...(JSON.parse(row.document) as OpenPart) };
  }

  #digest(consumerKey: string): string {
    return digestOf(this.#context, 'key', consumerKey);
  }

  #keep(credential: StoredCredential): void {
    this.#byKey.set(credential.consumerKey, credential);
    this.#byApp.set(credential.appId, [...this.keysOf(credential.appId), credential.consumerKey]);
  }

  #forget(credential: StoredCredential): void {
    this.#byKey.delete(credential.consumerKey);
    const rest = this.keysOf(credential.appId).filter((key) => key !== credential.consumerKey);
    this.#byApp.set(credential.appId, rest);
  }
}

/** As flows see it. */
export function credentialForFlows(credential: StoredCredential): Credential {
  return { ...credential, attributes: attributeRecord(credential.attributes) };
}

/** A key pair that somebody brings along. */
export function givenKey(input: Input): Pick<NewKey, 'consumerKey' | 'consumerSecret'> {
  return {
    consumerKey: checkedName('consumerKey', input.required('consumerKey')),
    consumerSecret: input.required('consumerSecret'),
  };
}

function checkHas(credential: StoredCredential, product: string): void {
  if (credential.products.some(({ name }) => name === product)) return;
  throw notFound(
    'keymanagement.service.apiproduct_doesnot_exist',
    `The key does not have the API product "${product}"`,
  );
}

import { randomUUID } from 'node:crypto';
import type { KeyValueMaps, MapScope } from '../../../apigee/organization.js';
import type { OrganizationContext } from './context.js';
import { conflict, notFound } from './error.js';
import { checkedName, type Input } from './input.js';
import { ReadThrough } from './read-through.js';

/** A map without its entries. */
export interface MapInfo {
  readonly id: string;
  readonly name: string;
  readonly encrypted: boolean;
  readonly at: MapScope;
}

export interface MapEntry {
  readonly key: string;
  readonly values: readonly string[];
}

/** Key value maps of all scopes. Every value is encrypted in the store, whether its map is called encrypted or not. */
export class StoredMaps implements KeyValueMaps {
  readonly #context: OrganizationContext;
  readonly #maps = new Map<string, MapInfo>();
  readonly #recent = new ReadThrough<readonly string[] | undefined>();

  constructor(context: OrganizationContext) {
    this.#context = context;
  }

  async load(): Promise<void> {
    const rows = await this.#db
      .selectFrom('apigee_maps')
      .selectAll()
      .where('organization', '=', this.#context.organization)
      .orderBy('name')
      .execute();
    for (const { id, name, encrypted, scope, environment, proxy, policy } of rows) {
      this.#keep({ id, name, encrypted: encrypted === 1, at: { scope, environment, proxy, policy } });
    }
  }

  get(at: MapScope, map: string, key: string): Promise<readonly string[] | undefined> {
    const info = this.#maps.get(placeOf(at, map));
    return info === undefined ? Promise.resolve(undefined) : this.valuesOf(info, key);
  }

  /** Sets the values of a key; a map that does not exist is made. */
  async put(at: MapScope, map: string, key: string, values: readonly string[]): Promise<void> {
    await this.set(this.#maps.get(placeOf(at, map)) ?? (await this.#make(at, map, false)), key, values);
  }

  async delete(at: MapScope, map: string, key: string): Promise<void> {
    const info = this.#maps.get(placeOf(at, map));
    if (info !== undefined) await this.remove(info, key);
  }

  isEncrypted(at: MapScope, map: string): boolean {
    return this.#maps.get(placeOf(at, map))?.encrypted === true;
  }

  /** The maps at a place, by name. */
  list(at: MapScope): MapInfo[] {
    const suffix = placeOf(at, '');
    return [...this.#maps].filter(([place]) => place.startsWith(suffix)).map(([, info]) => info);
  }

  /** @throws ApigeeError 404 */
  find(at: MapScope, name: string): MapInfo {
    const info = this.#maps.get(placeOf(at, name));
    if (info !== undefined) return info;
    throw notFound('keymanagement.service.keyvaluemap_doesnot_exist', `There is no key value map "${name}" here`);
  }

  /** Makes a map with its first entries. @throws ApigeeError 409 for a name that is taken */
  async create(at: MapScope, input: Input): Promise<MapInfo> {
    const name = checkedName('name', input.required('name'));
    const entries = entriesOf(input);
    if (this.#maps.has(placeOf(at, name))) {
      throw conflict('keymanagement.service.keyvaluemap_already_exists', `Key value map "${name}" exists already`);
    }
    const info = await this.#make(at, name, input.flag('encrypted', false));
    for (const { key, values } of entries) await this.set(info, key, values);
    return info;
  }

  /** Gives the map the entries of the input in the place of those that it has. */
  async replace(info: MapInfo, input: Input): Promise<void> {
    const entries = entriesOf(input);
    await this.#db.transaction().execute(async (db) => {
      await db.deleteFrom('apigee_map_entries').where('map_id', '=', info.id).execute();
      for (const { key, values } of entries) {
        await db
          .insertInto('apigee_map_entries')
          .values({ map_id: info.id, key, sealed: this.#seal(values) })
          .execute();
      }
    });
    this.#recent.forgetAll();
  }

  async drop(info: MapInfo): Promise<void> {
    await this.#db.deleteFrom('apigee_maps').where('id', '=', info.id).execute();
    this.#maps.delete(placeOf(info.at, info.name));
    this.#recent.forgetAll();
  }

  /** Drops the maps that belong to a proxy, or to an environment, that is deleted. */
  async dropOf(owner: Partial<Pick<MapScope, 'proxy' | 'environment'>>): Promise<void> {
    for (const info of [...this.#maps.values()]) {
      const { proxy, environment } = info.at;
      const owned = owner.proxy === undefined ? environment === owner.environment : proxy === owner.proxy;
      if (owned) await this.drop(info);
    }
  }

  /** All entries by key. */
  async entries(info: MapInfo): Promise<MapEntry[]> {
    const rows = await this.#db
      .selectFrom('apigee_map_entries')
      .selectAll()
      .where('map_id', '=', info.id)
      .orderBy('key')
      .execute();
    return rows.map(({ key, sealed }) => ({ key, values: this.#unseal(sealed) }));
  }

  valuesOf(info: MapInfo, key: string): Promise<readonly string[] | undefined> {
    return this.#recent.get(`${info.id} ${key}`, async () => {
      const row = await this.#db
        .selectFrom('apigee_map_entries')
        .select('sealed')
        .where('map_id', '=', info.id)
        .where('key', '=', key)
        .executeTakeFirst();
      return row && this.#unseal(row.sealed);
    });
  }

  async set(info: MapInfo, key: string, values: readonly string[]): Promise<void> {
    const sealed = this.#seal(values);
    await this.#db
      .insertInto('apigee_map_entries')
      .values({ map_id: info.id, key, sealed })
      .onConflict((clash) => clash.columns(['map_id', 'key']).doUpdateSet({ sealed }))
      .execute();
    this.#recent.forget(`${info.id} ${key}`);
  }

  async remove(info: MapInfo, key: string): Promise<void> {
    await this.#db.deleteFrom('apigee_map_entries').where('map_id', '=', info.id).where('key', '=', key).execute();
    this.#recent.forget(`${info.id} ${key}`);
  }

  /** Of two at once that make the same map, the second takes that of the first. */
  async #make(at: MapScope, name: string, encrypted: boolean): Promise<MapInfo> {
    const place = normalized(at);
    const { organization } = this.#context;
    await this.#db
      .insertInto('apigee_maps')
      .values({ id: randomUUID(), organization, ...place, name, encrypted: encrypted ? 1 : 0 })
      .onConflict((clash) =>
        clash.columns(['organization', 'scope', 'environment', 'proxy', 'policy', 'name']).doNothing(),
      )
      .execute();
    const row = await this.#db
      .selectFrom('apigee_maps')
      .select(['id', 'encrypted'])
      .where('organization', '=', organization)
      .where('scope', '=', place.scope)
      .where('environment', '=', place.environment)
      .where('proxy', '=', place.proxy)
      .where('policy', '=', place.policy)
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    return this.#keep({ id: row.id, name, encrypted: row.encrypted === 1, at: place });
  }

  #keep(info: MapInfo): MapInfo {
    this.#maps.set(placeOf(info.at, info.name), info);
    return info;
  }

  #seal(values: readonly string[]): string {
    return this.#context.secrets.encrypt(JSON.stringify(values));
  }

  #unseal(sealed: string): string[] {
    return JSON.parse(this.#context.secrets.decrypt(sealed)) as string[];
  }

  get #db() {
    return this.#context.store.db;
  }
}

/** Only what the scope asks for: a proxy's map is the same in every environment. */
function normalized({ scope, environment, proxy, policy }: MapScope): MapScope {
  return {
    scope,
    environment: scope === 'environment' ? environment : '',
    proxy: scope === 'apiproxy' || scope === 'policy' ? proxy : '',
    policy: scope === 'policy' ? policy : '',
  };
}

/** Names have no line ends, so that no two places are the same text. */
function placeOf(at: MapScope, name: string): string {
  const { scope, environment, proxy, policy } = normalized(at);
  return [scope, environment, proxy, policy, name].join('\n');
}

function entriesOf(input: Input): MapEntry[] {
  return input.objects('entry').map((entry) => ({ key: entry.required('name'), values: [entry.text('value')] }));
}

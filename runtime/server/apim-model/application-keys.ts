import { randomUUID } from 'node:crypto';
import type { ApplicationKeyRow } from '../../store/api-management-schema.js';
import type { KeyType } from './access.js';
import type { Application } from './applications.js';
import type { Client, ClientSettings, Clients } from './clients.js';
import type { ModelContext } from './context.js';
import { badRequest, conflict, notFound } from './error.js';
import { isObject, type JsonObject, objectOf, parseObject, textOf, textsOf } from './json-object.js';

export const residentKeyManager = 'Resident Key Manager';

/** A pair of consumer key and secret of an application (api-management 1.12). */
export interface ApplicationKey {
  readonly id: string;
  readonly applicationId: string;
  readonly keyType: KeyType;
  readonly mode: 'CREATED' | 'MAPPED';
  readonly client: Client;
  readonly additionalProperties: JsonObject;
}

export class ApplicationKeys {
  readonly #context: ModelContext;
  readonly #clients: Clients;

  constructor(context: ModelContext, clients: Clients) {
    this.#context = context;
    this.#clients = clients;
  }

  async list(applicationId: string): Promise<ApplicationKey[]> {
    const rows = await this.#context.store.db
      .selectFrom('application_keys')
      .selectAll()
      .where('application_id', '=', applicationId)
      .orderBy('created_at')
      .execute();
    const keys = await Promise.all(rows.map((row) => this.#read(row)));
    return keys.filter((key) => key !== undefined);
  }

  /** @param id of the key mapping, or a key type @throws ApimError 404 */
  async get(applicationId: string, id: string): Promise<ApplicationKey> {
    const found = (await this.list(applicationId)).find((key) => key.id === id || key.keyType === id);
    if (found === undefined) throw notFound(`Keys of '${id}' not found`);
    return found;
  }

  /** Makes consumer key and secret for a key type; @throws ApimError 400, 409 when there are some */
  async generate(application: Application, input: JsonObject): Promise<ApplicationKey> {
    const keyType = readKeyType(input.keyType);
    checkKeyManager(input.keyManager);
    await this.#refuseSecond(application.id, keyType);
    const settings = readSettings(application, input);
    const name = `${application.owner}_${application.id}_${keyType}`;
    const client = await this.#clients.register(application.owner, name, settings);
    return this.#store(application.id, keyType, client, {
      mode: 'CREATED',
      properties: objectOf(input.additionalProperties),
    });
  }

  /** Ties an existing client to the application: `map-keys`. */
  async map(application: Application, input: JsonObject): Promise<ApplicationKey> {
    const keyType = readKeyType(input.keyType);
    checkKeyManager(input.keyManager);
    const id = textOf(input.consumerKey) ?? '';
    const client = await this.#clients.authenticate(id, textOf(input.consumerSecret) ?? '');
    if (client === undefined) {
      throw badRequest('There is no client with this consumer key and secret');
    }
    const taken = await this.#context.store.db
      .selectFrom('application_keys')
      .select('id')
      .where('client_id', '=', id)
      .executeTakeFirst();
    if (taken !== undefined) throw conflict('Key Mappings already exists');
    await this.#refuseSecond(application.id, keyType);
    return this.#store(application.id, keyType, client, { mode: 'MAPPED', properties: {} });
  }

  /** New grant types, callback and validity; what is not sent stays. */
  async update(application: Application, id: string, input: JsonObject): Promise<ApplicationKey> {
    const key = await this.get(application.id, id);
    const { grantTypes, callbackUrl, validitySeconds, scopes } = key.client;
    const stored = { supportedGrantTypes: grantTypes, callbackUrl, scopes, validityTime: validitySeconds };
    const sent = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
    await this.#clients.change(key.client.id, readSettings(application, { ...stored, ...sent }));
    return this.get(application.id, id);
  }

  async regenerateSecret(applicationId: string, id: string): Promise<ApplicationKey> {
    const key = await this.get(applicationId, id);
    await this.#clients.regenerateSecret(key.client.id);
    return this.get(applicationId, id);
  }

  /** Takes the keys from the application; a client that was made for it ceases to exist. */
  async remove(applicationId: string, id: string): Promise<void> {
    const key = await this.get(applicationId, id);
    await this.#context.store.db.deleteFrom('application_keys').where('id', '=', key.id).execute();
    await this.#context.changes.announce({ kind: 'application', id: applicationId });
    if (key.mode === 'CREATED') await this.#clients.remove(key.client.id);
  }

  async #refuseSecond(applicationId: string, keyType: KeyType): Promise<void> {
    const present = (await this.list(applicationId)).some((key) => key.keyType === keyType);
    if (present) throw conflict('Key Mappings already exists');
  }

  async #store(
    applicationId: string,
    keyType: KeyType,
    client: Client,
    more: { mode: ApplicationKey['mode']; properties: JsonObject },
  ): Promise<ApplicationKey> {
    const id = randomUUID();
    await this.#context.store.db
      .insertInto('application_keys')
      .values({
        id,
        application_id: applicationId,
        key_type: keyType,
        client_id: client.id,
        document: JSON.stringify(more),
        created_at: Date.now(),
      })
      .execute();
    await this.#context.changes.announce({ kind: 'application', id: applicationId });
    return this.get(applicationId, id);
  }

  async #read(row: ApplicationKeyRow): Promise<ApplicationKey | undefined> {
    const client = await this.#clients.find(row.client_id);
    if (client === undefined) return undefined;
    const { mode, properties } = parseObject(row.document);
    return {
      id: row.id,
      applicationId: row.application_id,
      keyType: row.key_type as KeyType,
      mode: mode === 'MAPPED' ? 'MAPPED' : 'CREATED',
      client,
      additionalProperties: isObject(properties) ? properties : {},
    };
  }
}

function readKeyType(value: unknown): KeyType {
  if (value === 'PRODUCTION' || value === 'SANDBOX') return value;
  throw badRequest('keyType: must be PRODUCTION or SANDBOX');
}

function checkKeyManager(value: unknown): void {
  if (value === undefined || value === null || value === '' || value === residentKeyManager) return;
  throw badRequest(`Key Manager ${String(value)} is not registered`, 901403);
}

/** Grant types come as `grantTypesToBeSupported` (v1 and later) or `supportedGrantTypes` (v0.16). */
function readSettings(application: Application, input: JsonObject): ClientSettings {
  const asked = [...textsOf(input.grantTypesToBeSupported), ...textsOf(input.supportedGrantTypes)];
  const grantTypes = asked.length > 0 ? [...new Set(asked)] : ['client_credentials', 'password', 'refresh_token'];
  const callbackUrl = textOf(input.callbackUrl) ?? '';
  const needsCallback = grantTypes.includes('authorization_code') || grantTypes.includes('implicit');
  if (needsCallback && callbackUrl.trim() === '') {
    throw badRequest(
      'The callback url must have at least one URI value when using Authorization code or implicit grant types.',
    );
  }
  const validitySeconds = readValidity(input);
  return {
    grantTypes,
    callbackUrl,
    tokenFormat: application.tokenType === 'OAUTH' ? 'opaque' : 'jwt',
    saas: false,
    scopes: textsOf(input.scopes),
    ...(validitySeconds === undefined ? {} : { validitySeconds }),
  };
}

/** Seconds; -1 and nothing mean the server's default. */
function readValidity(input: JsonObject): number | undefined {
  const properties = objectOf(input.additionalProperties);
  const sent = properties.application_access_token_expiry_time ?? input.validityTime;
  if (sent === undefined || sent === null || sent === '' || sent === 'N/A') return undefined;
  const seconds = Number(sent);
  if (!Number.isSafeInteger(seconds)) throw badRequest(`validityTime: ${JSON.stringify(sent)} is no number of seconds`);
  return seconds > 0 ? seconds : undefined;
}

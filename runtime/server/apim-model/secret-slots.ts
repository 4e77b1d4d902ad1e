import type { ApiDocument, FlowPolicies } from './api-document.js';
import { flows } from './api-document.js';
import { isObject, type JsonObject, objectOf } from './json-object.js';

const endpointSecrets = [
  ...['password', 'clientSecret', 'refreshToken', 'apiKeyValue', 'secretKey', 'proxyConfigs.proxyPassword'],
  ...['privateKey', 'keyPassphrase', 'tls.key', 'tls.keyPassphrase'],
];
/** Members that hold values by names of the user's own, secrets among them. */
const namedValues = ['customHeaders', 'customParameters'];
const secretName = /authori[sz]ation|secret|passw|token(?!_type)|assertion|credential|cookie|(?:^|[-_])key/i;

/** A place in the document that holds a secret. */
interface Slot {
  /** Names the place also after other members were added around it. */
  key: string;
  holder: JsonObject;
  member: string;
}

/** Whether an attribute of a policy is of type Secret. */
export type IsSecretAttribute = (policyName: string, policyVersion: string, attribute: string) => boolean;

/**
 * Takes the secrets out of a document: "" stands in their place, which is what GET answers; "" that came from the
 * client keeps the stored secret (api-management 1.3).
 *
 * @returns the secrets of the document by slot
 */
export function takeSecrets(
  document: ApiDocument,
  isSecret: IsSecretAttribute,
  stored: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const taken = new Map<string, string>();
  for (const { key, holder, member } of slotsOf(document, isSecret)) {
    const sent = holder[member];
    const secret = sent === '' || sent === null || sent === undefined ? stored.get(key) : String(sent);
    if (secret !== undefined) taken.set(key, secret);
    holder[member] = '';
  }
  return taken;
}

/** Puts the secrets back into a copy of the document: for the gateway only. */
export function withSecrets(
  document: ApiDocument,
  isSecret: IsSecretAttribute,
  secrets: ReadonlyMap<string, string>,
): ApiDocument {
  const whole = structuredClone(document);
  for (const { key, holder, member } of slotsOf(whole, isSecret)) holder[member] = secrets.get(key) ?? '';
  return whole;
}

function slotsOf(document: ApiDocument, isSecret: IsSecretAttribute): Slot[] {
  return [...endpointSlots(document), ...policySlots('api', document.apiPolicies, isSecret)].concat(
    document.operations.flatMap((operation) =>
      policySlots(`${operation.verb} ${operation.target}`, operation.operationPolicies, isSecret),
    ),
  );
}

function endpointSlots(document: ApiDocument): Slot[] {
  const security = objectOf(document.endpointConfig?.endpoint_security);
  return Object.entries(security).flatMap(([keyType, section]) => {
    if (!isObject(section)) return [];
    const named = namedValues.flatMap((member) => {
      const names = Object.keys(objectOf(section[member])).filter((name) => secretName.test(name));
      return names.map((name) => [member, name]);
    });
    const paths = [...endpointSecrets.map((path) => path.split('.')), ...named];
    return paths.flatMap((path) => slotAt(`endpoint ${keyType} ${path.join('.')}`, section, path));
  });
}

function slotAt(key: string, section: JsonObject, path: string[]): Slot[] {
  const [first, ...rest] = path;
  if (first === undefined || !(first in section)) return [];
  if (rest.length === 0) return [{ key, holder: section, member: first }];
  const inner = section[first];
  return isObject(inner) ? slotAt(key, inner, rest) : [];
}

function policySlots(place: string, attached: FlowPolicies, isSecret: IsSecretAttribute): Slot[] {
  return flows.flatMap((flow) => {
    const seen = new Map<string, number>();
    return attached[flow].flatMap(({ policyName, policyVersion, parameters }) => {
      const name = `${policyName}:${policyVersion}`;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      return Object.keys(parameters)
        .filter((attribute) => isSecret(policyName, policyVersion, attribute))
        .map((attribute) => ({
          key: `${place} ${flow} ${name}#${nth} ${attribute}`,
          holder: parameters,
          member: attribute,
        }));
    });
  });
}

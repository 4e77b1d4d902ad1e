import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, type ConfiguredValue, childText, configuredValue, readBoolean } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext } from '../flow-context.js';
import type { KeyValueMaps, MapScope } from '../organization.js';
import { definePolicy } from '../policy.js';

/**
 * ```xml
 * <KeyValueMapOperations name="get-url" mapIdentifier="urls">
 *   <Scope>environment</Scope>
 *   <InitialEntries><Entry><Key><Parameter>a</Parameter></Key><Value>1</Value></Entry></InitialEntries>
 *   <Get assignTo="private.url" index="1"><Key><Parameter ref="variable">text</Parameter></Key></Get>
 *   <Put override="true"><Key>…</Key><Value ref="variable">text</Value></Put>
 *   <Delete><Key>…</Key></Delete>
 * </KeyValueMapOperations>
 * ```
 *
 * Reads, writes and deletes values of a key value map (api-management 2.6), in document order. Values of an encrypted map
 * go into `private.` variables only.
 */
export const keyValueMapOperations = definePolicy({
  element: 'KeyValueMapOperations',
  prefix: 'kvm',
  summary: 'Reads and writes key value maps.',
  children: ['Scope', 'Get', 'Put', 'Delete', 'InitialEntries', 'ExclusiveCache', 'ExpiryTimeInSecs'],
  compile(element, context) {
    const map = attributeText(element, 'mapIdentifier') ?? 'kvmap';
    const scope = scopeOf(element);
    const initial = (element.element('InitialEntries')?.elements() ?? []).map((entry) => compileEntry(entry));
    const operations = element.elements().flatMap((child): Operation[] => {
      const compile = compilers[child.localName];
      return compile ? [compile(child, map)] : [];
    });
    const initialised = new WeakSet<KeyValueMaps>();
    return {
      contentAware: false,
      async run(flow) {
        const maps = flow.runtime.organization.keyValueMaps;
        const at: MapScope = {
          scope,
          environment: flow.runtime.environment,
          proxy: flow.proxy.name,
          policy: context.name,
        };
        if (initial.length > 0 && !initialised.has(maps)) {
          initialised.add(maps);
          for (const { key, values } of initial) {
            const name = key(flow);
            if ((await maps.get(at, map, name)) === undefined) await maps.put(at, map, name, values(flow));
          }
        }
        for (const operation of operations) await operation(flow, maps, at);
      },
    };
  },
});

type Operation = (flow: FlowContext, maps: KeyValueMaps, at: MapScope) => Promise<void>;
type Text<Value> = (flow: FlowContext) => Value;

const scopes = ['organization', 'environment', 'apiproxy', 'policy'] as const;

function scopeOf(element: ConfigElement): MapScope['scope'] {
  const text = childText(element, 'Scope')?.toLowerCase() ?? 'environment';
  const known = scopes.find((scope) => scope === text);
  if (known) return known;
  return (element.element('Scope') ?? element).fail('bad-value', `KeyValueMapOperations knows no scope ${text}`, {
    hint: `one of ${scopes.join(', ')}`,
  });
}

const compilers: Readonly<Record<string, (element: ConfigElement, map: string) => Operation>> = {
  Get: (element, map) => {
    const variable =
      attributeText(element, 'assignTo') ??
      element.fail('missing-attribute', '<Get> needs assignTo', { hint: 'name the variable for the value' });
    const index = indexOf(element);
    const key = keyOf(element);
    return async (flow, maps, at) => {
      if (maps.isEncrypted(at, map) && !variable.startsWith('private.')) {
        throw new PolicyFault({
          code: 'steps.keyvaluemapoperations.SetVariableFailed',
          text: `Values of the encrypted map ${map} can be read into variables private.… only, not into ${variable}`,
        });
      }
      const values = await maps.get(at, map, key(flow));
      if (index !== undefined) flow.set(variable, values?.[index - 1]);
      else flow.set(variable, values && values.length > 1 ? values : values?.[0]);
    };
  },
  Put: (element, map) => {
    const override = readBoolean(attributeText(element, 'override') ?? 'false') ?? false;
    const { key, values } = compileEntry(element);
    return async (flow, maps, at) => {
      const name = key(flow);
      if (override || (await maps.get(at, map, name)) === undefined) await maps.put(at, map, name, values(flow));
    };
  },
  Delete: (element, map) => {
    const key = keyOf(element);
    return (flow, maps, at) => maps.delete(at, map, key(flow));
  },
};

function indexOf(element: ConfigElement): number | undefined {
  const text = attributeText(element, 'index');
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  return element.fail('bad-value', `index counts from 1, it cannot be "${text}"`, { attribute: 'index' });
}

function compileEntry(element: ConfigElement): { key: Text<string>; values: Text<string[]> } {
  const values = element
    .elements()
    .flatMap((child) => (child.localName === 'Value' ? (configuredValue(child) ?? []) : []));
  if (values.length === 0) element.fail('missing-element', `<${element.localName}> needs a <Value>`);
  return { key: keyOf(element), values: (flow) => values.map((value) => required(value, flow)) };
}

/** Several parameters make one key, with two underscores between them. */
function keyOf(element: ConfigElement): Text<string> {
  const parameters = (element.element('Key')?.elements() ?? []).flatMap((child) => configuredValue(child) ?? []);
  if (parameters.length === 0) {
    return element.fail('missing-element', `<${element.localName}> needs a <Key> with a <Parameter>`);
  }
  return (flow) => parameters.map((parameter) => required(parameter, flow)).join('__');
}

function required(value: ConfiguredValue, flow: FlowContext): string {
  const text = value.of(flow);
  if (text !== undefined) return text;
  const code = 'steps.keyvaluemapoperations.UnresolvedVariable';
  throw new PolicyFault({ code, text: `Unresolved variable : ${value.ref}` });
}

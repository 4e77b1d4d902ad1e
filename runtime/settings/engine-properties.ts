import type { DeploymentFile } from './deployment-file.js';
import { isTable, lookup } from './deployment-file.js';

/** Names that `[mediation]` has of its own for `synapse.properties` keys (artifacts 6.4). */
const mediationNames: Readonly<Record<string, string>> = {
  enable_xml_nil: 'synapse.commons.enableXmlNilReadWrite',
  preserve_namespace_on_xml_to_json: 'synapse.commons.json.preserve.namespace',
  build_valid_nc_name: 'synapse.commons.json.buildValidNCNames',
  enable_auto_primitive: 'synapse.commons.json.output.autoPrimitive',
  json_out_auto_array: 'synapse.commons.json.output.jsonoutAutoArray',
  enable_namespace_declaration: 'synapse.commons.json.output.enableNSDeclarations',
  disable_auto_primitive_regex: 'synapse.commons.json.output.disableAutoPrimitive.regex',
  disable_custom_replace_regex: 'synapse.commons.json.json.output.disableAutoPrimitive.customReplaceRegex',
  enable_xpath_dom_failover: 'synapse.xpath.dom.failover.enabled',
  global_timeout_interval: 'synapse.global_timeout_interval',
};

/** The `synapse.properties` keys that deployment.toml sets, as text. */
export function engineProperties({ tables }: DeploymentFile): Map<string, string> {
  const found = new Map<string, string>();
  const own = lookup(tables, ['synapse_properties']);
  if (isTable(own)) for (const [key, value] of flat(own)) found.set(key, value);
  const mediation = lookup(tables, ['mediation']);
  if (isTable(mediation)) {
    for (const [key, value] of flat(mediation)) {
      const name = mediationNames[key.replace(/^synapse\./, '')] ?? key;
      if (!found.has(name)) found.set(name, value);
    }
  }
  return found;
}

/** Entries of a table; TOML makes nested tables of dotted names, which are joined again. */
function* flat(table: object, prefix = ''): Generator<[string, string]> {
  for (const [key, value] of Object.entries(table) as [string, unknown][]) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) yield* flat(value, `${prefix}${key}.`);
    else yield [`${prefix}${key}`, String(value)];
  }
}

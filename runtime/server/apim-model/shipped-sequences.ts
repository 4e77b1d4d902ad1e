import { flowOf, type MediationType, type Policy } from './policy.js';
import { synapseNamespace } from './sequence-document.js';
import { fixedId } from './shipped-id.js';
import { mediators } from './shipped-mediators.js';

/** The shared sequences that v0.16 to v3 can bind by name with `shared: true` (api-management 1.6). */
const shipped: readonly [name: string, type: MediationType, mediators: string][] = [
  ['json_to_xml_in_message', 'in', mediators.toXml],
  ['xml_to_json_in_message', 'in', mediators.toJson],
  ['debug_in_flow', 'in', mediators.debugIn],
  ['log_in_message', 'in', mediators.logIn],
  ['preserve_accept_header', 'in', mediators.preserveAccept],
  ['disable_chunking', 'in', mediators.disableChunking],
  ['json_to_xml_out_message', 'out', mediators.toXml],
  ['xml_to_json_out_message', 'out', mediators.toJson],
  ['debug_out_flow', 'out', mediators.debugOut],
  ['apply_accept_header', 'out', mediators.applyAccept],
  ['log_out_message', 'out', mediators.logOut],
  ['json_fault', 'fault', mediators.jsonFault],
  ['debug_json_fault', 'fault', mediators.debugJsonFault],
];

let built: Policy[] | undefined;

export function shippedSequences(): readonly Policy[] {
  built ??= shipped.map(([name, type, content]) => ({
    id: fixedId(`sequence ${name}`),
    apiId: undefined,
    category: 'Mediation',
    name,
    version: 'v1',
    displayName: name,
    description: '',
    applicableFlows: [flowOf(type)],
    supportedGateways: ['Synapse'],
    supportedApiTypes: ['HTTP'],
    attributes: [],
    definition: `<sequence xmlns="${synapseNamespace}" name="${name}">\n${content}\n</sequence>`,
    template: false,
  }));
  return built;
}

/** Whether the policy is one of them: v4 has policies of the same effect, and does not list these. */
export function isShippedSequence({ id }: Policy): boolean {
  return shippedSequences().some((sequence) => sequence.id === id);
}

import type { ConfigElement } from '../configuration/element.js';
import { type Role, type RoleName, roleOf } from './token-flow-roles.js';

/** What a flow that fetches an access token by hand asks for; texts as they stand there. */
export interface TokenFlow {
  /** Whether it keeps the token in the registry. */
  readonly cached: boolean;
  /** The mediators that it is made of, in their order; nothing else stands between them. */
  readonly mediators: readonly ConfigElement[];
  /** Base64 text of the Basic credentials; undefined when the client is in the form. */
  readonly basic: string | undefined;
  readonly tokenUrl: string;
  /** Names and values of the form. */
  readonly form: readonly (readonly [name: string, value: string])[];
}

/**
 * Finds the token flows that are published for the reference engine, in either form: fetched for each message, and kept
 * in the registry (api-management 4.1 C7, C12). A flow that does anything else in between is none.
 */
export function findTokenFlows(root: ConfigElement): TokenFlow[] {
  const candidates: Candidate[] = [];
  // What is inside of a flow that was found is a part of it.
  for (const element of descendants(root)) {
    const within = candidates.some(({ flow }) => flow.mediators.some((mediator) => contains(mediator, element)));
    if (!within) candidates.push(...inList(element));
  }
  const parts = new Set(candidates.flatMap(({ flow }) => flow.mediators).flatMap((part) => [...descendants(part)]));
  const others = [...descendants(root)].filter((element) => !parts.has(element));
  return candidates
    .filter(({ properties }) => !others.some((element) => asksFor(element, properties)))
    .map(({ flow }) => flow);
}

/** A flow, and the properties that it sets: nobody else may ask for them. */
interface Candidate {
  readonly flow: TokenFlow;
  readonly properties: readonly string[];
}

function* descendants(element: ConfigElement): Generator<ConfigElement> {
  yield element;
  for (const child of element.elements()) yield* descendants(child);
}

function contains(outer: ConfigElement, inner: ConfigElement): boolean {
  for (let at: ConfigElement | undefined = inner; at; at = at.parent) if (at === outer) return true;
  return false;
}

function inList(list: ConfigElement): Candidate[] {
  const flows: Candidate[] = [];
  let run: [ConfigElement, Role][] = [];
  const close = (): void => {
    const flow = flowOf(run);
    if (flow) flows.push(flow);
    run = [];
  };
  for (const child of list.elements()) {
    const role = roleOf(child);
    if (role) run.push([child, role]);
    else close();
  }
  close();
  return flows;
}

/** Steps that both forms need, each once, and in this order. */
const fetching: readonly RoleName[] = ['keepBody', 'form', 'call', 'token', 'bearer'];
/** Further steps of the form that keeps the token. */
const keeping: readonly RoleName[] = ['storedToken', 'storedTime', 'storeToken', 'storeTime'];

function flowOf(run: readonly [ConfigElement, Role][]): Candidate | undefined {
  const mediators = run.map(([element]) => element);
  const outer = run.map(([, role]) => role);
  const cache = outer.find(({ role }) => role === 'cache');
  if (!cache) return fetchingFlow(outer, mediators);
  const inner = cache.flow?.elements().map(roleOf) ?? [];
  if (inner.some((role) => role === undefined)) return undefined;
  const all = [...outer.filter((role) => role !== cache), ...(inner as Role[])];
  if (!keeping.every((name) => once(all, name)) || once(all, 'storedToken')?.property !== cache.property)
    return undefined;
  const found = fetchingFlow(all, mediators);
  return found && { ...found, flow: { ...found.flow, cached: true } };
}

function fetchingFlow(roles: readonly Role[], mediators: readonly ConfigElement[]): Candidate | undefined {
  if (!fetching.every((name) => once(roles, name)) || !isInOrder(roles)) return undefined;
  const linked = (one: RoleName, other: RoleName) => once(roles, one)?.property === once(roles, other)?.property;
  if (!linked('token', 'bearer') || !linked('keepBody', 'restoreBody') || !linked('keepPath', 'restorePath')) {
    return undefined;
  }
  const form = once(roles, 'form')?.form ?? [];
  const basic = basicOf(roles);
  if (basic === undefined && !['client_id', 'client_secret'].every((name) => form.some(([one]) => one === name))) {
    return undefined;
  }
  const flow = { cached: false, mediators, basic, tokenUrl: once(roles, 'call')?.value ?? '', form };
  return { flow, properties: roles.flatMap(({ property }) => property ?? []) };
}

/** The mediator of a role, when there is just one. */
function once(roles: readonly Role[], name: RoleName): Role | undefined {
  const found = roles.filter(({ role }) => role === name);
  return found.length === 1 ? found[0] : undefined;
}

/** The credentials in the header, or in the property that the header takes them from. */
function basicOf(roles: readonly Role[]): string | undefined {
  const basic = once(roles, 'basic');
  const client = once(roles, 'client');
  return basic?.property === undefined || basic.property !== client?.property ? basic?.value : client?.value;
}

function isInOrder(roles: readonly Role[]): boolean {
  const places = fetching.map((name) => roles.findIndex(({ role }) => role === name));
  return places.every((place, index) => index === 0 || (places[index - 1] as number) < place);
}

function asksFor(element: ConfigElement, properties: readonly string[]): boolean {
  const texts = [element.text, ...element.attributes().map(({ value }) => value)];
  return texts.some((text) => properties.some((name) => mentions(text, name)));
}

function mentions(text: string, name: string): boolean {
  const quoted = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?:['"]|\\$ctx:|\\.)${quoted}(?![\\w.-])`).test(text);
}

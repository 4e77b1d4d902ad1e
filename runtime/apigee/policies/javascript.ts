import vm from 'node:vm';
import type { ConfigElement } from '../../configuration/element.js';
import { type Realm, RealmTimeout } from '../../sandbox/realm.js';
import { SandboxError } from '../../sandbox/sandbox.js';
import { attributeText, childText, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { FlowContext, ProxyFacts } from '../flow-context.js';
import { definePolicy, type PolicyContext, type Resource } from '../policy.js';
import { RealmPool } from '../script/realm-pool.js';
import { ScriptHost } from '../script/script-host.js';

/** Milliseconds that a script may take when the policy does not say. */
const defaultTimeLimit = 1_000;
/** What a policy may ask for at most: while a script computes, nothing else runs. */
const longestTimeLimit = 10_000;

/**
 * ```xml
 * <Javascript name="get-token" timeLimit="200">
 *   <Properties><Property name="scope">read</Property></Properties>
 *   <IncludeURL>jsc://library.js</IncludeURL>
 *   <ResourceURL>jsc://get-token.js</ResourceURL> | <Source>…</Source>
 * </Javascript>
 * ```
 *
 * Runs a script, which is not trusted, in a realm that the scripts of one message share (api-management 2.8). The time
 * in which it waits for `httpClient` does not count against its limit.
 */
export const javascript = definePolicy({
  element: 'Javascript',
  summary: 'Runs a script in a sandbox.',
  children: ['Source', 'ResourceURL', 'IncludeURL', 'Properties'],
  compile(element, context) {
    const code = sourceOf(element, context);
    const value = { properties: propertiesOf(element) };
    const timeLimit = timeLimitOf(element);
    return {
      contentAware: true,
      async run(flow) {
        const { realm, host } = await scriptsOf(flow);
        try {
          await realm.run(code, value, timeLimit, host);
        } catch (error) {
          throw faultOf(error, context.name);
        }
      },
    };
  },
});

/** Included scripts run first, in the same scope. */
function sourceOf(element: ConfigElement, context: PolicyContext): string {
  const includes = element.elements().filter(({ localName }) => localName === 'IncludeURL');
  const main = element.element('ResourceURL');
  const url = textIn(main);
  const inline = childText(element, 'Source');
  if (inline === undefined && (main === undefined || url === undefined)) {
    return element.fail('missing-element', '<Javascript> names no script', {
      hint: 'add <ResourceURL>jsc://script.js</ResourceURL>, or the script in <Source>',
    });
  }
  const sources = includes.flatMap((include) => {
    const included = textIn(include);
    return included === undefined ? [] : [checked(context.resource(included, include), include)];
  });
  const script =
    main && url !== undefined
      ? checked(context.resource(url, main), main)
      : checked({ path: `${element.file} <Source>`, text: inline ?? '' }, element.element('Source') ?? element);
  return [...sources, script].join('\n;\n');
}

/** Refuses what does not parse; the script does not run here. */
function checked({ path, text }: Pick<Resource, 'path' | 'text'>, element: ConfigElement): string {
  try {
    new vm.Script(text, { filename: path });
    return text;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = /:(\d+)\n/.exec(error.stack ?? '')?.[1];
    const isE4x = /\.(?:@|\*|\()|::/.test(text.split('\n')[Number(line) - 1] ?? '');
    return element.fail('script-syntax', `${path}${line ? `:${line}` : ''}: ${error.message}`, {
      hint: isE4x
        ? 'E4X (XML in the language) does not run here: read XML by content.asXML or ExtractVariables'
        : 'the script must be JavaScript as strict parsers read it',
    });
  }
}

function propertiesOf(element: ConfigElement): Record<string, string> {
  const properties = element.element('Properties')?.elements() ?? [];
  return Object.fromEntries(
    properties.flatMap((property) => {
      const name = attributeText(property, 'name');
      return name === undefined ? [] : [[name, property.text]];
    }),
  );
}

function timeLimitOf(element: ConfigElement): number {
  const name = attributeText(element, 'timeLimit') === undefined ? 'timeout' : 'timeLimit';
  const text = attributeText(element, name);
  if (text === undefined || Number(text) === 0) return defaultTimeLimit;
  if (/^\d+$/.test(text)) return Math.min(Number(text), longestTimeLimit);
  return element.fail('bad-value', `${name} must be a number of milliseconds, not "${text}"`, { attribute: name });
}

interface Scripts {
  readonly realm: Realm;
  readonly host: ScriptHost;
}

const scriptsByFlow = new WeakMap<FlowContext, Promise<Scripts>>();
const pools = new WeakMap<ProxyFacts, RealmPool>();

/** The realm of the message's scripts, taken by the first of them. */
function scriptsOf(flow: FlowContext): Promise<Scripts> {
  const known = scriptsByFlow.get(flow);
  if (known) return known;
  const pool = pools.get(flow.proxy) ?? new RealmPool();
  pools.set(flow.proxy, pool);
  const taking = pool.take().then(({ realm, giveBack }) => {
    flow.atEnd(giveBack);
    return { realm, host: new ScriptHost(flow) };
  });
  scriptsByFlow.set(flow, taking);
  return taking;
}

function faultOf(error: unknown, policy: string): unknown {
  if (error instanceof RealmTimeout) {
    return new PolicyFault({
      code: 'steps.javascript.ScriptExecutionTimeout',
      text: `Execution of ${policy} failed with error: Javascript runtime exceeded limit of ${error.limit}ms`,
    });
  }
  if (!(error instanceof SandboxError)) return error;
  return new PolicyFault({
    code: 'steps.javascript.ScriptExecutionFailed',
    text: `Execution of ${policy} failed with error: Javascript runtime error: "${error.message}"`,
    cause: error,
  });
}

import { Script } from 'node:vm';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';
import { Sandbox, type ScriptRunner } from '../runtime/sandbox/sandbox.js';
import { trustedScripts } from '../runtime/sandbox/trusted-scripts.js';
import { choiceAttribute, dynamicAttribute, dynamicText, requiredAttribute } from './attribute.js';
import { entryText } from './entry.js';
import { defineMediator } from './mediator.js';
import { compileArguments, compileScriptTarget, type ScriptTarget } from './script-call.js';
import { keepJson, scriptOperations } from './script-host.js';
import { type ScriptEngine, scriptPrelude } from './script-prelude.js';

/**
 * ```xml
 * <script language="js|nashornJs|graalJs|rhinoJs">source</script>
 * <script language="js" key="entry|{expression}" function="mediate" target="body|variable|none" target-variable="…">
 *   <include key="…"/>* <inputs><argument name="…" type="…" value="…|expression"/></inputs>
 * </script>
 * ```
 * Runs JavaScript on the message, which it reaches by the object `mc` (mediators 6.11). A result `false` stops the flow.
 * Scripts run in a sandbox, limited in time and memory; no state survives from one message to the next. With the setting
 * `--trusted-scripts`, those of deployed files and of local entries run inside the process, much faster and without limits;
 * uploaded ones, and those of the registry, which flows can write to, stay in the sandbox.
 */
export const script = defineMediator({
  name: 'script',
  summary: 'Runs JavaScript on the message.',
  attributes: {
    language: {
      description: 'Dialect of JavaScript.',
      required: true,
      values: ['js', 'graalJs', 'nashornJs', 'rhinoJs'],
    },
    key: { description: 'Entry that holds the script; a name or {expression}.' },
    function: { description: 'Function of that script to call.', default: 'mediate' },
    target: { description: 'Where the result of the function goes.', values: ['body', 'variable', 'none'] },
    'target-variable': { description: 'Variable for target="variable".' },
  },
  children: ['include', 'inputs'],
  inner: {
    include: ['key'],
    inputs: [],
    'inputs/argument': ['name', 'type', 'value', 'expression'],
  },
  compile(element, context) {
    const engine = engineOf(element);
    const mediate =
      element.attribute('key') === undefined
        ? inlineScript(element, engine, context)
        : keyedScript(element, engine, context);
    return { contentAware: true, mediate };
  },
});

const engines: Readonly<Record<string, ScriptEngine>> = {
  js: 'graal',
  graaljs: 'graal',
  nashornjs: 'nashorn',
  rhinojs: 'rhino',
};

function engineOf(element: ConfigElement): ScriptEngine {
  const language = requiredAttribute(element, 'language');
  const engine = engines[language.toLowerCase()];
  if (engine) return engine;
  return element.fail(
    'invalid-attribute-value',
    `<script language="${language}"> cannot run here: only JavaScript does`,
    {
      attribute: 'language',
      hint: 'port the script to language="js"; Groovy, Ruby and Python need a JVM',
    },
  );
}

function inlineScript(element: ConfigElement, engine: ScriptEngine, context: CompileContext): Mediate {
  if (element.attribute('function') !== undefined) {
    element.fail('conflicting-attributes', '<script> with "function" needs "key"', {
      attribute: 'function',
      hint: 'put the script into a local entry and name it in key="…"',
    });
  }
  const code = element.text;
  checkSyntax(element, code);
  const prelude = scriptPrelude(engine);
  const runner = context.trusted ? trustedScripts(prelude) : new Sandbox(prelude);
  const label = `inlined ${element.attribute('language')} script`;
  return (message) => loaded(runner, () => execute(message, runner, code, label) !== false);
}

/** Runs at once where the engine is there already. */
function loaded(runner: ScriptRunner, work: () => Outcome): Outcome | Promise<Outcome> {
  return runner.loaded ? work() : runner.load().then(work);
}

/** Syntax only: nothing runs here. */
function checkSyntax(element: ConfigElement, code: string): void {
  try {
    new Script(code, { filename: 'script' });
  } catch (error) {
    const line = Number(/^script:(\d+)/.exec((error as Error).stack ?? '')?.[1] ?? 1);
    element.fail(
      'invalid-script',
      `The script does not compile: ${(error as Error).message} (line ${line} of the script)`,
      {
        hint: 'JavaScript is expected; XML literals (E4X) are not part of it',
      },
    );
  }
}

function keyedScript(element: ConfigElement, engine: ScriptEngine, context: CompileContext): Mediate {
  const key = dynamicAttribute(element, 'key');
  const name = element.attribute('function') || 'mediate';
  const includes = element.elements().filter(({ localName }) => localName === 'include');
  const keys = [key, ...includes.map((include) => dynamicText(include, requiredAttribute(include, 'key'), 'key'))];
  const target = targetOf(element);
  const inputs = compileArguments(element, context);
  const prelude = scriptPrelude(engine);
  const sandbox = new Sandbox(prelude);
  const trusted = context.trusted ? trustedScripts(prelude) : undefined;
  const call = `(function () {\n  const result = ${name}(mc, ...__arguments());\n  __result(result);\n  return result;\n})()`;
  const label = `external ${element.attribute('language')} script : ${key.literal ?? ''} function ${name}`;
  const run = (message: Message, runner: ScriptRunner, sources: readonly string[]): Outcome => {
    let given: unknown = null;
    const local = {
      arguments: () => inputs.map((evaluate) => evaluate(message)),
      result: (value: unknown) => {
        given = value;
      },
    };
    const result = execute(message, runner, `${sources.join('\n')}\n${call}`, label, local);
    if (!target) return result !== false;
    target.write(message, given);
    return true;
  };
  return (message) => {
    const found = keys.map((one) => required(one.literal ?? one.evaluate(message)));
    const sources = found.map((one) => entryText(message.environment, one));
    const runner = trusted && found.every((one) => isOwners(message, one)) ? trusted : sandbox;
    return loaded(runner, () => run(message, runner, sources));
  };
}

/** Local entries are deployed by the owner; flows, uploaded ones too, can write to the registry. */
const isOwners = ({ environment }: Message, key: string): boolean => environment.localEntry(key) !== undefined;

function targetOf(element: ConfigElement): ScriptTarget | undefined {
  if (element.attribute('target') === undefined) return undefined;
  return compileScriptTarget(element, choiceAttribute(element, 'target', ['body', 'variable', 'none'], 'none'));
}

function required(key: string | null): string {
  if (key === null) throw new Fault('The key of a script has no value');
  return key;
}

interface LocalOperations {
  arguments(): unknown[];
  result(value: unknown): void;
}

function execute(
  message: Message,
  runner: ScriptRunner,
  code: string,
  label: string,
  local?: LocalOperations,
): unknown {
  try {
    keepJson(message);
    return runner.run(code, (operation, values) => {
      if (operation === 'arguments') return local?.arguments() ?? [];
      if (operation === 'result') return local?.result(values[0]);
      return scriptOperations[operation]?.(message, values);
    });
  } catch (error) {
    throw new Fault(`The script engine returned an error executing the ${label}`, { cause: error });
  }
}

import { Script } from 'node:vm';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message, Outcome } from '../runtime/message/message.js';
import { Sandbox } from '../runtime/sandbox/sandbox.js';
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
 * Scripts run in a sandbox, limited in time and memory; no state survives from one message to the next.
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
    const run =
      element.attribute('key') === undefined ? inlineScript(element, engine) : keyedScript(element, engine, context);
    return {
      contentAware: true,
      mediate: (message) =>
        run.sandbox.loaded ? run.mediate(message) : run.sandbox.load().then(() => run.mediate(message)),
    };
  },
});

interface Compiled {
  readonly sandbox: Sandbox;
  mediate(message: Message): Outcome;
}

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

function inlineScript(element: ConfigElement, engine: ScriptEngine): Compiled {
  if (element.attribute('function') !== undefined) {
    element.fail('conflicting-attributes', '<script> with "function" needs "key"', {
      attribute: 'function',
      hint: 'put the script into a local entry and name it in key="…"',
    });
  }
  const code = element.text;
  checkSyntax(element, code);
  const sandbox = new Sandbox(scriptPrelude(engine));
  const label = `inlined ${element.attribute('language')} script`;
  return { sandbox, mediate: (message) => execute(message, sandbox, code, label) !== false };
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

function keyedScript(element: ConfigElement, engine: ScriptEngine, context: CompileContext): Compiled {
  const key = dynamicAttribute(element, 'key');
  const name = element.attribute('function') || 'mediate';
  const includes = element.elements().filter(({ localName }) => localName === 'include');
  const keys = [key, ...includes.map((include) => dynamicText(include, requiredAttribute(include, 'key'), 'key'))];
  const target = targetOf(element);
  const inputs = compileArguments(element, context);
  const sandbox = new Sandbox(scriptPrelude(engine));
  const call = `(function () {\n  const result = ${name}(mc, ...__arguments());\n  __result(result);\n  return result;\n})()`;
  return {
    sandbox,
    mediate(message) {
      const sources = keys.map((one) => sourceOf(message, one.literal ?? one.evaluate(message)));
      const label = `external ${element.attribute('language')} script : ${key.literal ?? ''} function ${name}`;
      let given: unknown = null;
      const local = {
        arguments: () => inputs.map((evaluate) => evaluate(message)),
        result: (value: unknown) => {
          given = value;
        },
      };
      const result = execute(message, sandbox, `${sources.join('\n')}\n${call}`, label, local);
      if (!target) return result !== false;
      target.write(message, given);
      return true;
    },
  };
}

function targetOf(element: ConfigElement): ScriptTarget | undefined {
  if (element.attribute('target') === undefined) return undefined;
  return compileScriptTarget(element, choiceAttribute(element, 'target', ['body', 'variable', 'none'], 'none'));
}

function sourceOf(message: Message, key: string | null): string {
  if (key === null) throw new Fault('The key of a script has no value');
  return entryText(message.environment, key);
}

interface LocalOperations {
  arguments(): unknown[];
  result(value: unknown): void;
}

function execute(message: Message, sandbox: Sandbox, code: string, label: string, local?: LocalOperations): unknown {
  try {
    keepJson(message);
    return sandbox.run(code, (operation, values) => {
      if (operation === 'arguments') return local?.arguments() ?? [];
      if (operation === 'result') return local?.result(values[0]);
      return scriptOperations[operation]?.(message, values);
    });
  } catch (error) {
    throw new Fault(`The script engine returned an error executing the ${label}`, { cause: error });
  }
}

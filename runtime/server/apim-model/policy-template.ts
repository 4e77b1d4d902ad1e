import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { badRequest } from './error.js';
import type { JsonObject } from './json-object.js';
import type { Policy, PolicyAttribute } from './policy.js';

/**
 * Renders a definition with its parameters (api-management 1.7). The values go in as they are, as with the reference:
 * no escaping. The interpreter knows template values only, so that a template reaches no JavaScript object. Line
 * breaks around blocks stay: a line of the result is the line of the template unless a loop or a value adds some.
 *
 * @throws ApimError 400 when the template does not parse or cannot be rendered
 */
export function renderPolicy(policy: Policy, parameters: JsonObject): string {
  if (!policy.template) return policy.definition;
  try {
    const program = parse(tokenize(policy.definition, { lstrip_blocks: false, trim_blocks: false }));
    const environment = new Environment();
    for (const [name, value] of [
      ['true', true],
      ['True', true],
      ['false', false],
      ['False', false],
    ] as const) {
      environment.set(name, value);
    }
    environment.set('none', null);
    for (const [name, value] of Object.entries(valuesOf(policy, parameters))) environment.set(name, value);
    return String(new Interpreter(environment).run(program).value);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw badRequest(`The definition of policy ${policy.name} cannot be rendered: ${what}`);
  }
}

/** Text that stands for a parameter whose value is not known at upload; `isSampled` finds it in the result. */
const sampleText = 'mediantSample';

/** Values for every attribute, to look at what a template renders to before anybody uses it. */
export function sampleParameters(policy: Policy): JsonObject {
  return Object.fromEntries(policy.attributes.map((attribute) => [attribute.name, sampleOf(attribute)]));
}

/** Whether a line of the rendered text holds a sample, so that what is wrong there may be the sample's fault. */
export function isSampled(line: string): boolean {
  return line.includes(sampleText);
}

function sampleOf({ type, defaultValue, allowedValues, name }: PolicyAttribute): unknown {
  if (defaultValue !== '') return defaultValue;
  const [first] = allowedValues;
  if (first !== undefined) return first;
  if (type === 'Integer') return 1;
  if (type === 'Boolean') return true;
  return sampleText + name;
}

/** Parameters with the defaults of what was not given; `Boolean` values as booleans, so that `{% if x %}` holds. */
function valuesOf(policy: Policy, parameters: JsonObject): JsonObject {
  const values: JsonObject = {};
  for (const { name, type, defaultValue } of policy.attributes) {
    const given = parameters[name];
    const value = given === undefined || given === null || given === '' ? defaultValue : given;
    if (value === '') continue;
    values[name] = type === 'Boolean' && typeof value === 'string' ? value.toLowerCase() === 'true' : value;
  }
  return { ...parameters, ...values };
}

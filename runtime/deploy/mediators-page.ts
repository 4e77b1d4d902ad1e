import { mediators } from '../../mediators/index.js';
import { jvmOnly } from '../../mediators/jvm-only.js';
import { type AttributeDescription, commonAttributes, type MediatorDefinition } from '../../mediators/mediator.js';
import { SYNAPSE_NAMESPACE } from '../configuration/element.js';
import { check } from './check.js';
import { code, commentMarkdown, escaped } from './page-text.js';

/** What the page takes from the sources, which a running server does not have. */
export interface MediatorSources {
  /** Text of each file of `mediators/`; the comment above a definition shows its XML. */
  readonly files: readonly string[];
  /** Names of the files of `sequences/examples/`. */
  readonly examples: readonly string[];
}

/** The whole of docs/mediators.md; `npm run docs` writes it, a test compares. */
export function mediatorsPage(sources: MediatorSources): string {
  const comments = new Map(sources.files.flatMap(definitionComments));
  const built = mediators.filter((definition) => !jvmOnly.includes(definition)).sort(byName);
  const refused = [...jvmOnly].sort(byName);
  return `# Mediators

This page is made from the code (\`npm run docs\`); change the files in \`mediators/\`, not this one.

A mediator is an element in the namespace \`${SYNAPSE_NAMESPACE}\`. \`mediant check\` finds what does not fit: a
wrong value is an error, an attribute that is not listed here is a warning, since it has no effect. All mediators take
${commonAttributes.map(code).join(', ')} as well, and a child \`<description>\`; these change no result.

| mediator | does |
|---|---|
${built.map(({ name, summary }) => `| [${name}](#${name.toLowerCase()}) | ${escaped(summary)} |`).join('\n')}

${built.map((definition) => section(definition, comments, sources.examples)).join('\n')}
## Operations of connectors

\`\`\`xml
<connector.operation configKey="entry|{expression}"><parameter>text|{expression}</parameter>*</connector.operation>
\`\`\`

Runs a template that a connector brings along. The connector is a zip in \`synapse-libs\` with an \`<import>\` beside the other
artifacts, a zip in \`src/main/wso2mi/resources/connectors\` of an MI project, or part of a \`.car\` file; the last two need no
import. Every child is a parameter named like it. With a \`configKey\`, the init operation in that local entry runs first, at every
call. \`<responseVariable>\` names a variable for what the operation made, and the message keeps its body unless
\`<overwriteBody>\` is true.

An operation whose template has a \`<class>\` runs when that class has a port, made with \`defineMediator\`; a parameter with
attributes or children reaches it as an object with \`name\`, \`value\`, \`attributes\` and \`children\`. Without a port, a sequence
that uses the operation is refused, with the place in the connector.

## Refused

These need a Java machine, or a service that only it has. An artifact that uses one is refused when it is deployed, with file,
line, column and what is said here.

| mediator | reason | instead |
|---|---|---|
${refused.map(refusedRow).join('\n')}
`;
}

function section(
  { name, summary, attributes, children }: MediatorDefinition,
  comments: ReadonlyMap<string, string>,
  examples: readonly string[],
): string {
  const rows = Object.entries(attributes).map(attributeRow);
  const table = `| attribute | default | values | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  const example = `${name}.xml`;
  return [
    `## ${name}`,
    comments.get(name) ?? escaped(summary),
    rows.length > 0 ? table.trimEnd() : 'No attributes.',
    childrenText(children),
    examples.includes(example) ? `Example: [${example}](../sequences/examples/${example})` : undefined,
  ]
    .filter((part) => part !== undefined)
    .map((part) => `${part}\n`)
    .join('\n');
}

function attributeRow([name, { description, required, default: standard, values }]: [
  string,
  AttributeDescription,
]): string {
  const usual = required ? '**required**' : standard === undefined ? '' : code(standard);
  return `| ${code(name)} | ${usual} | ${(values ?? []).map(code).join(', ')} | ${escaped(description)} |`;
}

function childrenText(children: MediatorDefinition['children']): string | undefined {
  if (children === undefined) return undefined;
  if (children === 'mediators') return 'Children: mediators.';
  return `Children: ${children.map((child) => code(`<${child}>`)).join(', ')}.`;
}

/** Why and what instead are what a deployment says. */
function refusedRow({ name, namespace = SYNAPSE_NAMESPACE }: MediatorDefinition): string {
  const [problem] = check(
    `<sequence xmlns="${SYNAPSE_NAMESPACE}" name="s"><${name} xmlns="${namespace}"/></sequence>`,
    {
      file: name,
    },
  );
  return `| ${code(name)} | ${escaped(problem?.message.replace(/^.*? cannot run here: /, '') ?? '')} | ${escaped(problem?.hint ?? '')} |`;
}

/** The comment above each definition of a file, as Markdown, by the mediator's name. */
function definitionComments(text: string): [name: string, comment: string][] {
  const found = text.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+(?:: \w+)? = defineMediator\(\{\s+name: '([^']+)'/g,
  );
  return [...found].map(([, comment = '', name = '']) => [name, commentMarkdown(comment)]);
}

function byName(one: MediatorDefinition, other: MediatorDefinition): number {
  const [a, b] = [one.name.toLowerCase(), other.name.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

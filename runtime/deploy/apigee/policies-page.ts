import { policies } from '../../apigee/policies/index.js';
import type { PolicyDefinition } from '../../apigee/policy.js';
import { commentMarkdown, escaped } from '../page-text.js';

/**
 * The whole of docs/apigee-policies.md; `npm run docs` writes it, a test compares.
 * @param files text of each file of `runtime/apigee/policies/`; the comment above a definition shows its XML
 */
export function policiesPage(files: readonly string[]): string {
  const comments = new Map(files.flatMap(definitionComments));
  const all = [...policies].sort((a, b) => (a.element < b.element ? -1 : 1));
  return `# Policies of Apigee bundles

This page is made from the code (\`npm run docs\`); change the files in \`runtime/apigee/policies/\`, not this one.
[Apigee bundles](apigee.md) says how they run.

Every policy takes the attributes \`name\`, \`enabled\` and \`continueOnError\`. An element that a policy does not know has no
effect, and is warned about. A policy of another type is refused when the bundle is deployed.

| policy | does |
|---|---|
${all.map(({ element, summary }) => `| [${element}](#${element.toLowerCase()}) | ${escaped(summary)} |`).join('\n')}

${all.map((definition) => section(definition, comments)).join('\n')}`;
}

function section({ element, summary }: PolicyDefinition, comments: ReadonlyMap<string, string>): string {
  return `## ${element}\n\n${comments.get(element) ?? escaped(summary)}\n`;
}

/** The comment above each definition of a file, as Markdown, by the policy's element. */
function definitionComments(text: string): [element: string, comment: string][] {
  const found = text.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+(?:: \w+)? = definePolicy\(\{\s+element: '([^']+)'/g,
  );
  return [...found].map(([, comment = '', element = '']) => [element, commentMarkdown(comment)]);
}

import { shownName } from './print.js';
import { type SettingEntry, settingEntries } from './schema.js';

/** The whole of docs/configuration.md; `npm run docs` writes it, a test compares. */
export function configurationPage(): string {
  return `# Configuration

This page is made from the schema that checks the settings (\`npm run docs\`); change \`runtime/settings/schema.ts\`, not this file.

A flag of \`mediant start\` wins over the environment, the environment over \`<home>/deployment.toml\`, the file over the default.
\`mediant start --print-config\` prints the result and where each value came from.
In the environment and in flags a list is one text with commas; in the file it is an array. Paths in the file are relative to its folder.

| flag | environment | key in \`[mediant]\` | default | meaning |
|---|---|---|---|---|
${settingEntries.map(row).join('\n')}

WSO2's own keys are read too, where \`[mediant]\` does not have the value:

| key of WSO2's deployment.toml | same as |
|---|---|
${settingEntries.flatMap(wso2Row).join('\n')}

## Other tables of deployment.toml

- \`[system.parameter]\`: system properties, as flows read them in the \`system\` scope, by \`$sys:\` and \`$sys{x}\`.
- In texts of the file \`$env{NAME}\` is an environment variable, \`$sys{name}\` a key of \`[system.parameter]\`, \`$ref{table.key}\` another value of the file.
  A name that does not exist stops the start with a message.

## Where \`$FILE:key\` is looked up

The first file that has the key:

1. \`<home>/conf/file.properties\`
2. \`conf/file.properties\` beside an MI server folder (\`…/repository/deployment/server\`) given to \`--deploy\`

The system property \`properties.file.path\` names one file to be read instead. Values may use \`$env{NAME}\` and \`$sys{name}\`.

## Example

\`\`\`toml
[mediant]
http_port = 8080
deploy = ["artifacts"]
outbound_allow = ["*.example.com", "10.0.0.0/8"]
log_format = "json"

[system.parameter]
'backend.url' = "https://backend.example.com"
\`\`\`
`;
}

function row(entry: SettingEntry): string {
  const flag = entry.flagName === undefined ? '–' : code([entry.flagName, entry.argument].filter(Boolean).join(' '));
  const key = entry.fileKey === undefined ? '–' : code(entry.fileKey);
  const repeated = entry.repeatable ? ' (may be repeated)' : '';
  return `| ${flag}${repeated} | ${code(entry.variable)} | ${key} | ${escaped(entry.defaultText)} | ${escaped(entry.description)} |`;
}

function wso2Row(entry: SettingEntry): string[] {
  if (entry.wso2Key === undefined) return [];
  const table = entry.wso2Key.slice(0, -1).join('.');
  return [`| ${code(`[${table}] ${entry.wso2Key.at(-1)}`)} | ${shownName(entry)} |`];
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Stars and angle brackets as they are, not as Markdown. */
function escaped(text: string): string {
  return text.replace(/[*<>|]/g, (mark) => `\\${mark}`);
}

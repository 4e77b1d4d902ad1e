/**
 * The text of a doc comment as Markdown for a page made from the code. References to the specification that the code
 * follows mean nothing to its reader.
 */
export function commentMarkdown(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s*\((?:mediators|message-model|artifacts|product|api-management)\s[^)]*\)/g, '')
    .replace(/^```\n(?=\S)/gm, '```\n\n')
    .trim();
}

/** A bar ends a table's cell also within code. */
export function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Elements as code; other angle brackets, stars and bars as they are, not as Markdown. Code in backticks stays. */
export function escaped(text: string): string {
  return text
    .split(/(`[^`]*`|<\w[^>]*>)/)
    .map((part) => {
      if (part.startsWith('`')) return part.replaceAll('|', '\\|');
      return part.startsWith('<') ? code(part) : part.replace(/[*<>|]/g, (mark) => `\\${mark}`);
    })
    .join('');
}

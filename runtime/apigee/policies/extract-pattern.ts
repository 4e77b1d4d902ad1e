/** A pattern such as `DBN{code}`: what stands where its variables are. */
export interface ExtractPattern {
  /** Values by variable, when the whole text fits; else undefined. */
  match(text: string): ReadonlyMap<string, string> | undefined;
}

export interface PatternOptions {
  readonly ignoreCase: boolean;
  /** A path: variables and `*` stand for one element, `**` for any number; a slash at the end makes no difference. */
  readonly isPath: boolean;
}

/** Compiles a pattern of ExtractVariables; `%` takes the next character as it is. */
export function compileExtractPattern(pattern: string, { ignoreCase, isPath }: PatternOptions): ExtractPattern {
  const names: string[] = [];
  const value = isPath ? '([^/]+)' : '(.*?)';
  const source = withoutSlash(pattern, isPath).replace(
    /%(.)|\{([^{}]+)\}|\*\*|\*|[\\^$.+?()[\]{}|/]/gs,
    (found, escaped: string | undefined, name: string | undefined) => {
      if (escaped !== undefined) return literally(escaped);
      if (name !== undefined) {
        names.push(name.trim());
        return value;
      }
      if (found === '**') return '.*';
      return found === '*' ? (isPath ? '[^/]*' : '.*') : literally(found);
    },
  );
  const regex = new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
  return {
    match: (text) => {
      const match = regex.exec(withoutSlash(text, isPath));
      return match ? new Map(names.map((name, index) => [name, match[index + 1] as string])) : undefined;
    },
  };
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const withoutSlash = (text: string, isPath: boolean): string =>
  isPath && text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;

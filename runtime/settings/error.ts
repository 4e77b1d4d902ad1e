/** Settings that cannot be used; `problems` are whole sentences, each naming the source. Exit code 2 (product 1). */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
  }
}

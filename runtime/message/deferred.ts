/**
 * A template parameter written with doubled braces, `{{json-eval($.a)}}`. The reference engine never evaluates it: it
 * reads as an empty string through `$func:` and `get-property('func', …)`, and as its own text through
 * `${params.functionParams.…}` (mediators 8.1).
 */
export class DeferredParameter {
  constructor(readonly source: string) {}

  toString(): string {
    return this.source;
  }
}

import { spend, spendCharacters } from '../../runtime/limit/time-limit.js';
import { FreemarkerError, syntaxError } from './error.js';
import { compileExpression, type Interpolate, Parser } from './expression.js';
import { tokens } from './lexer.js';
import { booleanOf, itemsOf, textOf, type Value } from './model.js';
import type { Scope } from './scope.js';
import { type Part, splitTemplate } from './splitter.js';

/** A compiled piece of a template. */
type Run = (scope: Scope) => string;

/** `<#break>` and `<#continue>` on their way to their loop, with what was written so far. */
class Jump {
  constructor(
    readonly kind: 'break' | 'continue',
    readonly text: string,
  ) {}
}

type Tag = Extract<Part, { kind: 'open' | 'close' }>;

/** Compiles the parts of a template. @throws FreemarkerSyntaxError */
export function compileDirectives(template: string, parts: readonly Part[]): Run {
  const compiler = new Compiler(template, parts);
  const run = compiler.body([]);
  compiler.finish();
  return run;
}

const interpolate: Interpolate = (text) => {
  if (!text.includes('${')) return () => text;
  return compileDirectives(text, splitTemplate(text));
};

class Compiler {
  #index = 0;

  constructor(
    private readonly template: string,
    private readonly parts: readonly Part[],
  ) {}

  finish(): void {
    const part = this.parts[this.#index];
    if (part && part.kind !== 'text')
      throw syntaxError('A directive stands where it cannot', this.template, part.start);
  }

  /** Parts up to a closing tag or one of `stops`, which is left. */
  body(stops: readonly string[]): Run {
    const runs: Run[] = [];
    for (let part = this.parts[this.#index]; part; part = this.parts[this.#index]) {
      if (part.kind === 'close' || (part.kind === 'open' && stops.includes(part.name))) break;
      this.#index++;
      runs.push(this.#part(part));
    }
    return (scope) => inOrder(runs, scope);
  }

  #part(part: Part): Run {
    if (part.kind === 'text') return () => part.text;
    if (part.kind === 'value') {
      const source = this.template.slice(part.start, part.end).trim();
      const value = this.#expression(part.start, part.end);
      return (scope) => textOf(value(scope), source);
    }
    return this.#directive(part as Tag);
  }

  #directive(tag: Tag): Run {
    switch (tag.name) {
      case 'if':
        return this.#if(tag);
      case 'list':
        return this.#list(tag);
      case 'assign':
      case 'local':
      case 'global':
        return this.#assign(tag);
      case 'switch':
        return this.#switch(tag);
      case 'attempt':
        return this.#attempt();
      case 'compress': {
        const body = this.body([]);
        this.#close('compress');
        return (scope) =>
          body(scope)
            .trim()
            .replace(/\s+/g, (blanks) => (blanks.includes('\n') ? '\n' : ' '));
      }
      case 'sep': {
        const body = this.body(['else']);
        if (this.#peekClose('sep')) this.#close('sep');
        return (scope) => (scope.loop('')?.index === (scope.loop('')?.size ?? 0) - 1 ? '' : body(scope));
      }
      case 'break':
      case 'continue': {
        const kind = tag.name;
        return () => {
          throw new Jump(kind, '');
        };
      }
      case 'stop': {
        const reason = tag.start === tag.end ? undefined : this.#expression(tag.start, tag.end);
        return (scope) => {
          throw new FreemarkerError(reason ? textOf(reason(scope), 'reason') : 'The template stopped');
        };
      }
      case 'ftl':
      case 'setting':
      case 't':
      case 'lt':
      case 'rt':
      case 'nt':
        return () => '';
      default:
        throw syntaxError(`The directive <#${tag.name}> is not known`, this.template, tag.start);
    }
  }

  #if(tag: Tag): Run {
    const branches: { test: ((scope: Scope) => Value) | undefined; run: Run }[] = [];
    let test: ((scope: Scope) => Value) | undefined = this.#expression(tag.start, tag.end);
    for (;;) {
      branches.push({ test, run: this.body(['elseif', 'else']) });
      const next = this.#takeOpen('elseif', 'else');
      if (!next) break;
      test = next.name === 'else' ? undefined : this.#expression(next.start, next.end);
    }
    this.#close('if');
    return (scope) =>
      branches.find(({ test: one }) => !one || booleanOf(one(scope), 'condition of <#if>'))?.run(scope) ?? '';
  }

  #list(tag: Tag): Run {
    const parser = new Parser(this.template, tokens(this.template, tag.start, tag.end), interpolate);
    const value = parser.expression();
    const names: string[] = [];
    if (parser.takes('as')) {
      names.push(parser.expect('name', '').text);
      if (parser.takes(',')) names.push(parser.expect('name', '').text);
    }
    parser.expect('end', '');
    const body = this.body(['else']);
    const otherwise = this.#takeOpen('else') ? this.body([]) : () => '';
    this.#close('list');
    return (scope) => {
      const list = value(scope);
      const items: Value[] = list instanceof Map ? [...list] : itemsOf(list, 'list');
      return items.length === 0 ? otherwise(scope) : loop(scope, items, names, body);
    };
  }

  #assign(tag: Tag): Run {
    const parser = new Parser(this.template, tokens(this.template, tag.start, tag.end), interpolate);
    const assignments: [string, (scope: Scope) => Value][] = [];
    const name = () => parser.expect('name', '').text;
    let variable = name();
    if (!parser.takes('=')) {
      const body = this.body([]);
      this.#close(tag.name);
      return (scope) => {
        scope.assign(variable, body(scope));
        return '';
      };
    }
    for (;;) {
      assignments.push([variable, parser.expression()]);
      parser.takes(',');
      if (parser.atEnd) break;
      variable = name();
      parser.expect('symbol', '=');
    }
    return (scope) => {
      for (const [one, value] of assignments) scope.assign(one, value(scope));
      return '';
    };
  }

  #switch(tag: Tag): Run {
    const value = this.#expression(tag.start, tag.end);
    this.body(['case', 'default']);
    const cases: { match: ((scope: Scope) => Value) | undefined; run: Run }[] = [];
    for (let one = this.#takeOpen('case', 'default'); one; one = this.#takeOpen('case', 'default')) {
      const match = one.name === 'case' ? this.#expression(one.start, one.end) : undefined;
      cases.push({ match, run: this.body(['case', 'default']) });
    }
    this.#close('switch');
    const runs = cases.map(({ run }) => run);
    return (scope) => {
      const wanted = value(scope);
      const matching = cases.findIndex(({ match }) => match?.(scope) === wanted && match !== undefined);
      const from = matching < 0 ? cases.findIndex(({ match }) => !match) : matching;
      // Without <#break> the next case runs, too.
      return from < 0 ? '' : untilBreak(runs.slice(from), scope);
    };
  }

  #attempt(): Run {
    const body = this.body(['recover']);
    const recover = this.#takeOpen('recover') ? this.body([]) : () => '';
    this.#close('attempt');
    return (scope) => {
      try {
        return body(scope);
      } catch (error) {
        if (error instanceof FreemarkerError) return recover(scope.with('.error', error.message));
        throw error;
      }
    };
  }

  #expression(start: number, end: number): (scope: Scope) => Value {
    return compileExpression(this.template, start, end, interpolate);
  }

  #takeOpen(...names: string[]): Tag | undefined {
    const part = this.parts[this.#index];
    if (part?.kind !== 'open' || !names.includes(part.name)) return undefined;
    this.#index++;
    return part as Tag;
  }

  #peekClose(name: string): boolean {
    const part = this.parts[this.#index];
    return part?.kind === 'close' && part.name === name;
  }

  #close(name: string): void {
    if (!this.#peekClose(name)) throw syntaxError(`<#${name}> is not closed`, this.template, this.#offset());
    this.#index++;
  }

  #offset(): number {
    const part = this.parts[this.#index];
    return part && part.kind !== 'text' ? part.start : this.template.length;
  }
}

function inOrder(runs: readonly Run[], scope: Scope): string {
  let text = '';
  for (const run of runs) {
    try {
      const part = run(scope);
      spendCharacters(part.length);
      text += part;
    } catch (error) {
      if (error instanceof Jump) throw new Jump(error.kind, text + error.text);
      throw error;
    }
  }
  return text;
}

function loop(scope: Scope, items: readonly Value[], names: readonly string[], body: Run): string {
  let text = '';
  for (const [index, item] of items.entries()) {
    spend(1);
    const state = { index, size: items.length };
    // The unnamed variable is the loop itself, for <#sep>.
    let inner = scope.with('', undefined, state);
    const values = names.length === 2 && Array.isArray(item) ? item : [item];
    for (const [position, name] of names.entries()) inner = inner.with(name, values[position], state);
    try {
      text += body(inner);
    } catch (error) {
      if (!(error instanceof Jump)) throw error;
      text += error.text;
      if (error.kind === 'break') break;
    }
  }
  return text;
}

function untilBreak(runs: readonly Run[], scope: Scope): string {
  try {
    return inOrder(runs, scope);
  } catch (error) {
    if (error instanceof Jump && error.kind === 'break') return error.text;
    throw error;
  }
}

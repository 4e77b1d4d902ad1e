import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { SqlValue } from '../runtime/database/database.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { requiredAttribute } from './attribute.js';
import type { DatabaseSource } from './db-connection.js';
import { sqlTypes } from './db-types.js';

/** A `<statement>` of dblookup and dbreport (mediators 10.1). */
export interface Statement {
  readonly sql: string;
  readonly results: readonly { readonly name: string; readonly column: string }[];
  values(message: Message): SqlValue[];
}

/** Reads the statements. @throws ConfigurationError when there is none */
export function compileStatements(element: ConfigElement, context: CompileContext): Statement[] {
  const statements = element.elements().filter(({ localName }) => localName === 'statement');
  if (statements.length === 0) {
    element.fail('missing-element', `<${element.localName}> needs a <statement>`, {
      hint: 'add <statement><sql>…</sql></statement>',
    });
  }
  return statements.map((statement) => compileStatement(statement, context));
}

function compileStatement(element: ConfigElement, context: CompileContext): Statement {
  const sql = element.element('sql')?.text.trim();
  if (!sql)
    return element.fail('missing-element', '<statement> needs <sql>', { hint: 'add <sql>select … where x = ?</sql>' });
  const named = (name: string) => element.elements().filter(({ localName }) => localName === name);
  const parameters = named('parameter').flatMap((parameter) => compileParameter(parameter, context) ?? []);
  const results = named('result').map((result) => ({
    name: requiredAttribute(result, 'name'),
    column: requiredAttribute(result, 'column'),
  }));
  return { sql, results, values: (message) => parameters.map((parameter) => parameter(message)) };
}

/** A parameter without value and expression is skipped; an empty one is NULL. */
function compileParameter(
  element: ConfigElement,
  context: CompileContext,
): ((message: Message) => SqlValue) | undefined {
  const type = requiredAttribute(element, 'type').trim();
  const convert = sqlTypes[type];
  if (!convert) {
    return element.fail('invalid-attribute-value', `type="${type}" is no SQL type that <parameter> knows`, {
      attribute: 'type',
      hint: `use one of: ${Object.keys(sqlTypes).join(', ')}`,
    });
  }
  const converted = (text: string | null): SqlValue => {
    if (text === null || text === '') return null;
    const value = convert(text);
    if (value === undefined) throw new Fault(`"${text}" is no ${type} for a parameter of an SQL statement`);
    return value;
  };
  const value = element.attribute('value');
  if (value !== undefined) return () => converted(value);
  if (element.attribute('expression') === undefined) return undefined;
  const expression = context.expression(element, 'expression');
  return (message) => converted(expression.text(message));
}

/** Runs one statement; what the driver throws becomes a fault that names statement and database. */
export async function runStatement<Result>(
  source: DatabaseSource,
  { sql }: Statement,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(`SQL Exception occurred while executing statement : ${sql} against DataSource : ${source.label}`, {
      cause: error,
    });
  }
}

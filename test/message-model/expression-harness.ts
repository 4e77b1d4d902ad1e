import assert from 'node:assert/strict';
import { evaluate, type MessageInput, run } from '../../runtime/index.js';

/** Expression and its text; null: no value; `fails`: it cannot be evaluated. */
export type Row = readonly [rule: string, expression: string, expected: string | null | typeof fails];

export const fails = Symbol('fails');

/** One test a row: what the expression is on the message. */
export function values(title: string, message: MessageInput, rows: readonly Row[]): void {
  describe(title, () => {
    for (const [rule, expression, expected] of rows) {
      it(rule.includes(expression) ? rule : `${rule}: ${expression}`, async () => {
        if (expected === fails) {
          await assert.rejects(evaluate(expression, message));
          return;
        }
        const { kind, text } = await evaluate(expression, message);
        assert.equal(kind === 'missing' && expected === null ? null : text, expected);
      });
    }
  });
}

/** Runs mediators on the message: the result, with the body as it would be written. */
export function mediate(
  mediators: string,
  message: MessageInput = {},
  attributes = '',
): Promise<Awaited<ReturnType<typeof run>>> {
  const xml = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="row" ${attributes}>${mediators}</sequence>`;
  return run(xml, message, { showSecrets: true });
}

export const json = (body: string): MessageInput => ({ contentType: 'application/json', body });
export const xml = (body: string): MessageInput => ({ contentType: 'application/xml', body });

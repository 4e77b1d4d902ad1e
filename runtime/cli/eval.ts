import type { Command } from 'commander';
import { type Context, exitCodes } from './context.js';
import type { EvalResult } from './engine.js';
import { type ExpressionProblem, expressionProblem } from './expression-problem.js';
import { addMessageOptions, type MessageOptions, messageOf } from './message-options.js';

/** `mediant eval EXPRESSION` (product 5). */
export function defineEval(command: Command, context: Context): void {
  command.argument('<expression>', 'an XPath, json-eval(…) or ${…} expression');
  addMessageOptions(command);
  command
    .option('--json', 'print kind, text and value as JSON')
    .action(async (expression: string, options: MessageOptions & { json?: boolean }) => {
      const message = await messageOf(options, context);
      const { evaluate } = await context.engine();
      let result: EvalResult;
      try {
        result = await evaluate(expression, message, { warn: (text) => context.err(`mediant: warning: ${text}\n`) });
      } catch (error) {
        if (!isEvaluationError(error)) throw error;
        context.err(`mediant: ${expressionProblem(expression, error, context.width)}`);
        context.exitCode = exitCodes.foundErrors;
        return;
      }
      context.out(`${options.json ? JSON.stringify(result, undefined, 2) : result.text}\n`);
    });
}

/** An expression that cannot be evaluated rejects with a code and, when it is known, a column (product 5). */
function isEvaluationError(error: unknown): error is Error & ExpressionProblem & { code: string | number } {
  return error instanceof Error && 'code' in error && ['string', 'number'].includes(typeof error.code);
}

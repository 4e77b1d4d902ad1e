import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import { andThen } from '../runtime/message/fork.js';
import type { Mediate, Message, Outcome } from '../runtime/message/message.js';

/**
 * A list of mediators with an optional fault sequence around it: `<sequence onError="…">`, defined or inline
 * (mediators 4.1). The handler is on the message's fault stack while the list runs, and leaves it only when the list
 * completed and the handler is still on top: what stopped or failed keeps it (message-model 6.1).
 */
export function guardedList(element: ConfigElement, context: CompileContext): Mediate {
  const { mediate } = context.children(element);
  const onError = element.attribute('onError');
  return onError === undefined ? mediate : (message) => runGuarded(message, onError, () => mediate(message));
}

/**
 * Runs under the sequence named `onError`; a name that does not resolve is ignored, with a warning unless `silent`.
 * `keptAfterCall`: the handler of a template stays when its body made a non-blocking call, so that it also handles
 * later errors of the caller (mediators 8.1).
 */
export function runGuarded(
  message: Message,
  onError: string,
  run: () => Outcome | Promise<Outcome>,
  options: { silent?: boolean; keptAfterCall?: boolean } = {},
): Outcome | Promise<Outcome> {
  const sequence = message.sequence(onError);
  if (!sequence) {
    if (!options.silent) {
      message.environment.logger.log('WARN', 'SequenceMediator', `onError handler sequence '${onError}' is not found`);
    }
    return run();
  }
  const handler = { name: onError, mediate: sequence.mediate };
  const { answers } = message;
  message.faultStack.push(handler);
  return andThen(message, run(), (flow) => {
    const kept = options.keptAfterCall && (flow !== message || flow.answers !== answers);
    if (!kept && flow.faultStack.at(-1) === handler) flow.faultStack.pop();
    return true;
  });
}

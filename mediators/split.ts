import { parentMessageProperty } from '../runtime/message/clone.js';
import { Fork } from '../runtime/message/fork.js';
import type { Message, Outcome } from '../runtime/message/message.js';
import { transactionScope } from '../runtime/message/transactions.js';
import type { Target } from './target.js';

/** Property that says which of how many a branch is, `0/3`; with an id, `messageSequence.<id>`. */
export const sequenceProperty = 'messageSequence';

/** Property that the branches of one split share. */
const sharedProperty = 'EIP_SHARED_DATA_HOLDER';

/** What the branches of one split have in common: whether an aggregate has put them together already. */
export class SharedData {
  aggregated = false;

  toString(): string {
    return 'SharedDataHolder';
  }
}

/** A property name of a split that has an id. */
export const withId = (name: string, id: string | undefined): string => (id === undefined ? name : `${name}.${id}`);

/** The data that the branch shares with the others of its split; undefined for a message that was not split. */
export function sharedData(message: Message, id: string | undefined): SharedData | undefined {
  const value = message.properties.get(withId(sharedProperty, id));
  return value instanceof SharedData ? value : undefined;
}

/** Begins a split: its branches are to be cloned from the message after this. */
export function beginSplit(message: Message, id: string | undefined): void {
  message.setProperty(withId(sharedProperty, id), new SharedData());
}

/** Marks a branch as one of those of its parent, for an aggregate. */
export function markBranch(branch: Message, parent: Message, id: string | undefined, place: string): void {
  branch.setProperty(withId(sequenceProperty, id), place);
  if (id !== undefined) branch.setProperty(withId(parentMessageProperty, id), parent.id);
}

/** A branch and the target that runs on it. */
export interface Branch {
  readonly message: Message;
  readonly target: Target;
}

export interface SplitOptions {
  readonly continueParent: boolean;
  readonly sequential: boolean;
  /** Called in a sequential split when a branch has ended or waits for an answer; may throw. */
  readonly afterBranch?: (branch: Message) => void;
}

/**
 * Runs the branches of `clone` and `iterate` (mediators 7.1, 7.2), each made when it is its turn, and leaves the fork
 * that those with a non-blocking call go on by (mediators 2.10).
 * @throws Fault for a target that names nothing
 */
export async function runBranches(
  parent: Message,
  branches: AsyncIterable<Branch> | Iterable<Branch>,
  options: SplitOptions,
): Promise<Outcome> {
  const fork = new Fork<Message>(options.continueParent);
  if (!options.continueParent) parent.operation.set('RESPONSE_WRITTEN', 'SKIP');
  for await (const { message, target } of branches) {
    if (options.sequential) message.transactions = transactionScope(parent);
    try {
      await target.branch(message, fork, options.sequential);
    } catch (error) {
      if (options.sequential) handBack(message, parent);
      throw error;
    }
    options.afterBranch?.(message);
  }
  if (fork.isIdle) return options.continueParent;
  parent.fork = fork;
  return false;
}

/** What a target raised outside of its mediators is handled by the parent, in the state of the branch. */
function handBack(branch: Message, parent: Message): void {
  parent.faultStack = branch.faultStack;
  for (const [name, value] of branch.properties) parent.properties.set(name, value);
}

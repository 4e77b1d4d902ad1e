/** States of an API as `lifeCycleStatus` writes them (api-management 1.9). */
export type LifecycleStatus = 'CREATED' | 'PROTOTYPED' | 'PUBLISHED' | 'BLOCKED' | 'DEPRECATED' | 'RETIRED';

interface Transition {
  event: string;
  target: LifecycleStatus;
  /** Accepted, but not listed in `availableTransitions`. */
  hidden?: boolean;
}

const transitions: Record<LifecycleStatus, readonly Transition[]> = {
  CREATED: [
    { event: 'Publish', target: 'PUBLISHED' },
    { event: 'Deploy as a Prototype', target: 'PROTOTYPED' },
  ],
  PROTOTYPED: [
    { event: 'Publish', target: 'PUBLISHED' },
    { event: 'Demote to Created', target: 'CREATED' },
    { event: 'Deploy as a Prototype', target: 'PROTOTYPED' },
  ],
  PUBLISHED: [
    { event: 'Block', target: 'BLOCKED' },
    { event: 'Deploy as a Prototype', target: 'PROTOTYPED' },
    { event: 'Demote to Prototyped', target: 'PROTOTYPED', hidden: true },
    { event: 'Demote to Created', target: 'CREATED' },
    { event: 'Deprecate', target: 'DEPRECATED' },
    { event: 'Publish', target: 'PUBLISHED', hidden: true },
  ],
  BLOCKED: [
    { event: 'Re-Publish', target: 'PUBLISHED' },
    { event: 'Deprecate', target: 'DEPRECATED' },
  ],
  DEPRECATED: [{ event: 'Retire', target: 'RETIRED' }],
  RETIRED: [],
};

/** Where an action leads from a state; undefined when the state does not know it. Case and blanks count. */
export function targetOf(status: LifecycleStatus, action: string): LifecycleStatus | undefined {
  return transitions[status].find(({ event }) => event === action)?.target;
}

/** `Published` for `PUBLISHED`: how `lifecycle-state` writes a state. */
export function titleOf(status: LifecycleStatus): string {
  return status.charAt(0) + status.slice(1).toLowerCase();
}

/** The `lifecycleState` object of an answer (api-management 1.9). */
export function lifecycleState(status: LifecycleStatus): object {
  return {
    state: titleOf(status),
    checkItems: checkItems(status),
    availableTransitions: transitions[status]
      .filter(({ hidden }) => hidden !== true)
      .map(({ event, target }) => ({ event, targetState: titleOf(target) })),
  };
}

/** Checklist of a state before publication; `name:true` items of a change are looked up here. */
function checkItems(status: LifecycleStatus): object[] {
  if (status !== 'CREATED' && status !== 'PROTOTYPED') return [];
  return [checklist.deprecateOld, checklist.resubscribe].map(([name]) => ({
    name,
    value: false,
    requiredStates: null,
  }));
}

/** Names of the checklist items, newest generation first. */
export const checklist = {
  deprecateOld: ['Deprecate old versions after publishing the API', 'Deprecate Old Versions'],
  resubscribe: ['Requires re-subscription when publishing the API', 'Require Re-Subscription'],
} as const;

/** Whether `name:true` stands in the comma-separated checklist of a call. */
export function isChecked(checklistText: string | undefined, names: readonly string[]): boolean {
  const items = (checklistText ?? '').split(',').map((item) => item.trim());
  return names.some((name) => items.some((item) => item.toLowerCase() === `${name.toLowerCase()}:true`));
}

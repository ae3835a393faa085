/** States of what is parked or dead, in words. */
import { t } from '../../text/t.ts';
import type { TextKey } from '../../texts.ts';

const names: Readonly<Record<string, TextKey>> = {
  open: 'desk.open',
  assigned: 'desk.assigned',
  replaying: 'desk.replaying',
  replayed: 'desk.replayed',
  resolved: 'desk.resolved',
  dismissed: 'desk.dismissed',
  waiting: 'desk.waiting',
};

export function stateText({ state, assignee }: { state: string; assignee?: string }): string {
  if (state === 'assigned' && assignee) return t('desk.assignedTo', { to: assignee });
  const key = names[state];
  return key ? t(key) : state;
}

/** For a filter. */
export const stateChoices = (): (readonly [string, string])[] =>
  Object.keys(names).map((state) => [state, stateText({ state })]);

export const isClosed = ({ state }: { state: string }): boolean =>
  ['replayed', 'resolved', 'dismissed'].includes(state);

import { useState } from 'preact/hooks';
import type { Task } from './Work.ts';

/** The one thing that somebody is about to do; `onDone` looks anew at what became of it. */
export function useTask(onDone: () => void) {
  const [task, begin] = useState<Task>();
  const onClose = (): void => begin(undefined);
  const onAssign = (): void => task && begin({ target: task.target, verb: 'assign' });
  const work = task && { key: task.verb, ...task, onClose, onDone, onAssign };
  return { begin, work };
}

/** Work on one, on those that are selected, or on all that a filter finds: page by page, so that it may be left. */
import type { Worked } from '../../../schemas/generated/api.d.ts';
import { type ApiProblem, tell } from '../../api/client.ts';

/** What is worked on. */
export interface Target {
  of: 'parked' | 'dead';
  count: number;
  /** These; left out: all that the filter finds. */
  ids?: readonly string[];
  filter?: Readonly<Record<string, string | undefined>>;
}

export interface Step {
  verb: 'correct' | 'replay' | 'dismiss' | 'assign' | 'reopen';
  body?: object;
}

export interface Tally {
  done: number;
  failed: number;
  left: number;
}

/** At once, of all that a filter finds. */
const PAGE = '100';

/** All steps of one page before the next page. What went wrong, where nothing could be done. */
export async function workOver(
  target: Target,
  steps: readonly Step[],
  onTally: (tally: Tally) => void,
  signal: AbortSignal,
): Promise<ApiProblem | undefined> {
  return target.ids
    ? overIds(target, steps, onTally, signal)
    : overAll(target, steps, onTally, signal);
}

async function overIds(
  { of, ids = [] }: Target,
  steps: readonly Step[],
  onTally: (tally: Tally) => void,
  signal: AbortSignal,
): Promise<ApiProblem | undefined> {
  let first: ApiProblem | undefined;
  const tally = { done: 0, failed: 0, left: ids.length };
  for (const id of ids) {
    if (signal.aborted) break;
    const problem = await overOne(of, id, steps);
    first ??= problem;
    tally[problem ? 'failed' : 'done'] += 1;
    tally.left -= 1;
    onTally({ ...tally });
  }
  return tally.done === 0 ? first : undefined;
}

async function overOne(
  of: string,
  id: string,
  steps: readonly Step[],
): Promise<ApiProblem | undefined> {
  for (const { verb, body } of steps) {
    const { problem } = await tell(`/v1/${of}/${encodeURIComponent(id)}/${verb}`, { body });
    if (problem) return problem;
  }
  return undefined;
}

async function overAll(
  { of, filter = {} }: Target,
  steps: readonly Step[],
  onTally: (tally: Tally) => void,
  signal: AbortSignal,
): Promise<ApiProblem | undefined> {
  let done = 0;
  while (!signal.aborted) {
    let worked: Worked | undefined;
    for (const { verb, body } of steps) {
      const query = { ...filter, most: PAGE };
      const { data, problem } = await tell<Worked>(`/v1/${of}/${verb}`, { query, body });
      if (problem) return problem;
      worked = data;
    }
    const { done: now = 0, failed = 0, left = 0, fault } = worked ?? {};
    done += now;
    onTally({ done, failed, left });
    // Those that refuse stay in front: without any other there is no end.
    if (now === 0 && failed > 0 && done === 0) return fault as ApiProblem | undefined;
    if (left === 0 || now === 0) return undefined;
  }
  return undefined;
}

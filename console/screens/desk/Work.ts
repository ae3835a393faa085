import { html } from 'htm/preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Rehearsed, RehearsedAll } from '../../../schemas/generated/api.d.ts';
import { type ApiProblem, tell } from '../../api/client.ts';
import { Confirm } from '../../parts/Confirm.ts';
import { announce } from '../../state/announce.ts';
import { t } from '../../text/t.ts';
import { DryRun } from './DryRun.ts';
import { type Step, type Tally, type Target, workOver } from './workOver.ts';

/** What somebody is about to do. */
export interface Task {
  target: Target;
  verb: Step['verb'];
  /** What is corrected before. */
  edit?: object | undefined;
  /** What a replay would do, where that is known already. */
  run?: Rehearsed | undefined;
}

interface WorkProps extends Task {
  onClose: () => void;
  /** Whatever became of it. */
  onDone: () => void;
  /** Somebody else is to do it. */
  onAssign: () => void;
}

export const thingsOf = ({ of, count }: Target): string =>
  of === 'parked' ? t('desk.records', { count }) : t('desk.letters', { count });

/** Says what it will do in numbers, does it page by page, and may be left in between. */
export function Work({ target, verb, edit, run, onClose, onDone, onAssign }: WorkProps) {
  const [said, setSaid] = useState('');
  const [tally, setTally] = useState<Tally>();
  const [problem, setProblem] = useState<ApiProblem>();
  const abort = useRef(new AbortController());
  const isReplay = verb === 'replay' && target.of === 'parked';
  const asked = useRun(isReplay && !run ? target : undefined, edit);
  const known = run ?? asked.data;
  const needs = verb === 'assign' ? 'to' : verb === 'dismiss' ? 'reason' : undefined;
  // A correction that does not fit some of them would send those as they are.
  const unfit = edit && asked.data ? asked.data.failed : 0;
  const act = async (): Promise<ApiProblem | undefined> => {
    const last: Step = { verb, ...(needs ? { body: { [needs]: said.trim() } } : {}) };
    const steps: Step[] =
      edit && verb !== 'correct' ? [{ verb: 'correct', body: edit }, last] : [last];
    if (verb === 'correct') last.body = edit!;
    let reached: Tally = { done: 0, failed: 0, left: 0 };
    const told = (now: Tally): void => {
      reached = now;
      setTally(now);
    };
    const failed = await workOver(target, steps, told, abort.current.signal);
    setProblem(failed);
    onDone();
    if (!failed) announce(t('desk.tally', { ...reached }));
    return failed;
  };
  const leave = (): void => {
    abort.current.abort();
    onClose();
  };
  const isReady =
    (!needs || said.trim() !== '') && unfit === 0 && (!isReplay || known !== undefined);
  return html`<${Confirm} title=${titleOf({ target, verb, edit })} isGrave=${verb === 'dismiss'} isReady=${isReady} onDo=${act} onClose=${leave}>
    ${needs && html`<label class="field">${t(needs === 'to' ? 'desk.to' : 'desk.reason')}<input name=${needs} value=${said} maxlength="500" autocomplete="off" onInput=${(event: Event) => setSaid((event.target as HTMLInputElement).value)} /></label>`}
    ${verb === 'dismiss' && html`<p class="muted">${t('desk.dismissMeans')}</p>`}
    ${verb === 'replay' && target.of === 'dead' && html`<p>${t('desk.deadMeans')}</p>`}
    ${edit && html`<${Edit} edit=${edit} />`}
    ${isReplay && (known ? html`<${DryRun} run=${known} />` : html`<p class="muted" role="status">${asked.problem?.detail ?? t('desk.trying')}</p>`)}
    ${unfit > 0 && html`<p class="tone-bad">${t('desk.unfit', { count: unfit })} ${asked.data?.fault?.detail}</p>`}
    ${asked.data && asked.data.left > 0 && html`<p class="muted">${t('desk.partly', { count: asked.data.done })}</p>`}
    ${tally && html`<${Progress} tally=${tally} of=${target.count} />`}
    ${problem?.code === 'CASE_FOUR_EYES' && html`<div class="four-eyes"><p>${t('desk.fourEyes')}</p><button type="button" onClick=${onAssign}>${t('desk.assignOther')}</button></div>`}
  <//>`;
}

function titleOf({ target, verb, edit }: Task): string {
  const things = thingsOf(target);
  if (verb === 'assign') return t('desk.assign', { things });
  if (verb === 'dismiss') return t('desk.dismiss', { things });
  if (verb === 'reopen') return t('desk.reopen', { things });
  if (verb === 'correct') return t('desk.correct', { things });
  return edit ? t('desk.correctReplay', { things }) : t('desk.replay', { things });
}

function Edit({ edit }: { edit: object }) {
  const { set = {} } = edit as { set?: Record<string, string> };
  return html`<ul class="desk-edit">${Object.entries(set).map(([path, text]) => html`<li key=${path}><code>${path}</code> → <ins class="add">${text}</ins></li>`)}</ul>`;
}

function Progress({ tally: { done, failed, left }, of }: { tally: Tally; of: number }) {
  return html`<div class="desk-progress"><progress max=${of} value=${of - left} aria-label=${t('desk.progress')}></progress><p>${t('desk.tally', { done, failed, left })}</p></div>`;
}

type Ran = { data?: RehearsedAll | undefined; problem?: ApiProblem | undefined };

/** Of all that a filter finds, or of those that are selected, put together. */
function useRun(target: Target | undefined, edit: object | undefined): Ran {
  const [answer, setAnswer] = useState<Ran>({});
  useEffect(() => {
    if (target) void rehearse(target, edit).then(setAnswer);
  }, []);
  return answer;
}

async function rehearse({ ids, filter }: Target, edit: object | undefined): Promise<Ran> {
  const body = edit ?? {};
  if (!ids) return tell<RehearsedAll>('/v1/parked/rehearse', { query: filter ?? {}, body });
  const runs = await Promise.all(
    ids.map((id) => tell<Rehearsed>(`/v1/parked/${encodeURIComponent(id)}/rehearse`, { body })),
  );
  const good = runs.flatMap(({ data }) => data ?? []);
  const sum = (name: 'booked' | 'exists' | 'parked'): number =>
    good.reduce((total, one) => total + one[name], 0);
  const all = <Name extends 'messages' | 'faults' | 'stock' | 'values' | 'outgoing'>(name: Name) =>
    good.flatMap((one) => (one[name] ?? []) as NonNullable<Rehearsed[Name]>[number][]);
  const fault = runs.find(({ problem }) => problem)?.problem;
  const data = {
    ...{ done: good.length, failed: runs.length - good.length, left: 0, ...(fault && { fault }) },
    ...{ booked: sum('booked'), exists: sum('exists'), parked: sum('parked') },
    ...{ messages: all('messages'), faults: all('faults'), stock: all('stock') },
    ...{ values: all('values'), outgoing: all('outgoing') },
  };
  return { data: data as unknown as RehearsedAll };
}

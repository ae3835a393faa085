import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { DeadGroupRow, DeadRow } from '../../../schemas/generated/api.d.ts';
import { usePages } from '../../api/usePages.ts';
import { useQuery } from '../../api/useQuery.ts';
import { type Filter, FilterChips } from '../../parts/FilterChips.ts';
import { Page } from '../../parts/Page.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { useAddress } from '../../state/address.ts';
import { useKeys } from '../../state/keys.ts';
import { useMay } from '../../state/session.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import { stateChoices } from '../desk/states.ts';
import { useTask } from '../desk/useTask.ts';
import { type Task, thingsOf, Work } from '../desk/Work.ts';
import type { Target } from '../desk/workOver.ts';
import { DeadCauses } from './DeadCauses.ts';
import { DeadLetters } from './DeadLetters.ts';
import { OneLetter } from './OneLetter.ts';

const filters = (): Filter[] => [
  { name: 'flow', label: t('delivery.endpoint') },
  { name: 'code', label: t('desk.code') },
  { name: 'find', label: t('desk.find') },
  { name: 'state', label: t('desk.state'), choices: stateChoices() },
];

/** What was given up: by subscriber and cause, then the letters. */
export function Dead({ tabs }: { tabs: ComponentChildren }) {
  const { query } = useAddress();
  const { flow, code, find, state = 'waiting', open } = query;
  const filter = { flow, code, find, state };
  const groups = useQuery<{ rows: DeadGroupRow[] }>('/v1/dead/groups', { query: filter });
  const isList = Boolean(code || find || flow || query.state || open);
  const letters = usePages<DeadRow>(isList ? '/v1/dead' : undefined, filter);
  const [selected, onSelect] = useState<ReadonlySet<string>>(new Set());
  // What was done is read anew in the drawer, too.
  const [turn, setTurn] = useState(0);
  const reload = (): void => {
    setTurn(turn + 1);
    onSelect(new Set());
    groups.reload();
    letters.reload();
    known.value.reload();
  };
  const { begin, work } = useTask(reload);
  const target = targetOf(groups.data?.rows ?? [], filter, [...selected]);
  const start = (verb: Task['verb'], of: Target = target): void => {
    if (of.count > 0) begin({ target: of, verb });
  };
  useKeys({ r: () => start('replay'), a: () => start('assign') });
  const [mayCorrect, maySend] = [useMay('parked:correct'), useMay('parked:replay')];
  const isWaiting = ['waiting', 'open', 'assigned'].includes(state);
  const tools =
    isWaiting &&
    target.count > 0 &&
    !open &&
    html`
    ${
      mayCorrect &&
      html`<button type="button" onClick=${() => start('assign')}>${t('desk.assignShort')}</button>
    <button type="button" onClick=${() => start('dismiss')}>${t('desk.dismissShort')}</button>`
    }
    ${maySend && html`<button type="button" class="primary" onClick=${() => start('replay')}>${t('desk.replay', { things: thingsOf(target) })}</button>`}`;
  const head = html`<div class="desk-filters">${tabs}<${FilterChips} filters=${filters()} /></div>`;
  const { problem, isSlow } = isList ? letters : groups;
  const isThere = isList ? letters.rows : groups.data;
  return html`<${Page} title=${t('nav.delivery')} filters=${head} tools=${tools}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!isThere && !problem && isSlow && html`<${Skeleton} />`}
    ${!isList && groups.data && html`<${DeadCauses} rows=${groups.data.rows} />`}
    ${
      isList &&
      letters.rows &&
      html`<div class=${open ? 'with-drawer' : ''}>
      <${DeadLetters} rows=${letters.rows} more=${letters.more} open=${open} filter=${filter} selected=${selected} onSelect=${onSelect} />
      ${open && html`<${OneLetter} key=${`${open} ${turn}`} id=${open} onStart=${(verb: Task['verb']) => start(verb, { of: 'dead', count: 1, ids: [open] })} />`}
    </div>`
    }
    ${work && html`<${Work} ...${work} />`}
  <//>`;
}

/** Those that are selected, else all that the filter finds, and nothing that dies after it was asked. */
function targetOf(rows: readonly DeadGroupRow[], filter: Target['filter'], ids: string[]): Target {
  if (ids.length > 0) return { of: 'dead', count: ids.length, ids };
  const last = rows
    .map((group) => group.last)
    .sort()
    .at(-1);
  const until = last && new Date(Date.parse(last) + 1).toISOString();
  const count = rows.reduce((sum, group) => sum + Number(group.count), 0);
  return { of: 'dead', count, filter: until ? { ...filter, until } : { ...filter } };
}

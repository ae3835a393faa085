import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { ParkedRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { FilterChips } from '../../parts/FilterChips.ts';
import { Page } from '../../parts/Page.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { change, here, to } from '../../state/address.ts';
import { useKeys } from '../../state/keys.ts';
import { useMay } from '../../state/session.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import { isClosed, stateText } from '../desk/states.ts';
import { useTask } from '../desk/useTask.ts';
import { type Task, thingsOf, Work } from '../desk/Work.ts';
import { parkedFilters } from './filters.ts';
import type { ParkedState } from './useParked.ts';

/** The records of one cause, or whatever else was asked for. */
export function Records({ parked }: { parked: ParkedState }) {
  const { rows, problem, isSlow, reload } = parked.records;
  const [selected, onSelect] = useState<ReadonlySet<string>>(new Set());
  const { begin, work } = useTask(() => {
    onSelect(new Set());
    parked.groups.reload();
    reload();
    known.value.reload();
  });
  const ids = [...selected];
  const target = ids.length > 0 ? { of: 'parked' as const, count: ids.length, ids } : parked.target;
  const start = (verb: Task['verb']) => (): void => {
    if (target.count > 0) begin({ target, verb });
  };
  useKeys({ r: start('replay'), a: start('assign') });
  const isDone = rows?.some(isClosed) ?? false;
  const [mayCorrect, maySend] = [useMay('parked:correct'), useMay('parked:replay')];
  const closing = isDone ? 'reopen' : 'dismiss';
  const tools =
    target.count > 0 &&
    html`
    ${
      mayCorrect &&
      html`<button type="button" onClick=${start('assign')}>${t('desk.assignShort')}</button>
    <button type="button" onClick=${start(closing)}>${t(isDone ? 'desk.reopenShort' : 'desk.dismissShort')}</button>`
    }
    ${maySend && !isDone && html`<button type="button" class="primary" onClick=${start('replay')}>${t('desk.replay', { things: thingsOf(target) })}</button>`}`;
  return html`<${Page} title=${t('nav.parked')} filters=${html`<div class="desk-filters"><a class="desk-back" href=${to('/parked')}>${t('parked.allCauses')}</a><${FilterChips} filters=${parkedFilters()} /></div>`} tools=${tools}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${
      rows
        ? html`<${Found} rows=${rows} parked=${parked} selected=${selected} onSelect=${onSelect} />`
        : !problem && isSlow && html`<${Skeleton} />`
    }
    ${work && html`<${Work} ...${work} />`}
  <//>`;
}

type FoundProps = Pick<TableProps<ParkedRow>, 'rows' | 'selected' | 'onSelect'> & {
  parked: ParkedState;
};

function Found({ rows, selected, onSelect, parked }: FoundProps) {
  const { more } = parked.records;
  // A page may have none of its own, and others behind it.
  if (rows.length === 0 && !more) {
    return html`<${EmptyState} icon="check" text=${t('parked.noneOfThese')}><a href=${to('/parked')}>${t('parked.allCauses')}</a><//>`;
  }
  const table: TableProps<ParkedRow> = {
    ...{ label: t('parked.records'), rows, keyOf: ({ id }) => id, more },
    hrefOf: ({ id }) => here({ open: id }),
    onOpen: ({ id }) => change({ open: id }),
    selected: selected!,
    onSelect: onSelect!,
    exportOf: urlOf('/v1/parked', { ...parked.target.filter, until: undefined }),
    columns: [
      {
        title: t('parked.record'),
        cell: ({ name, record }) =>
          html`<span class="desk-name" title=${name}>${name}</span>${record !== '0' && html` <span class="muted">#${record}</span>`}`,
        text: ({ name, record }) => `${name} #${record}`,
        phone: 'who',
      },
      {
        title: t('parked.wrong'),
        cell: ({ message }) => message,
        text: ({ message }) => message,
        wide: true,
      },
      { title: t('desk.state'), cell: stateText, text: stateText },
      {
        title: t('parked.since'),
        cell: ({ parkedAt }) => html`<${Time} at=${parkedAt} />`,
        text: ({ parkedAt }) => parkedAt,
        phone: 'figure',
      },
    ],
  };
  return html`<${Table} ...${table} />`;
}

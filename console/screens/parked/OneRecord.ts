import { html } from 'htm/preact';
import type { ParkedRecord } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { Icon } from '../../parts/Icon.ts';
import { Page } from '../../parts/Page.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Time } from '../../parts/Time.ts';
import { change, here, to } from '../../state/address.ts';
import { useKeys } from '../../state/keys.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import { CaseLog } from '../desk/CaseLog.ts';
import { stateText } from '../desk/states.ts';
import { Bench } from './Bench.ts';
import type { ParkedState } from './useParked.ts';

/** One record: what was read, what would come of it, what that would book, and what was done about it. */
export function OneRecord({ id, parked }: { id: string; parked: ParkedState }) {
  const path = `/v1/parked/${encodeURIComponent(id)}`;
  const { data: record, problem, isSlow, reload } = useQuery<ParkedRecord>(path);
  const rows = parked.records.rows ?? [];
  const at = rows.findIndex((row) => row.id === id);
  const walk = (step: number) => (): void => {
    const next = rows[at + step];
    if (at >= 0 && next) change({ open: next.id }, 'replace');
  };
  const back = (): void => change({ open: undefined });
  const outOfField = (): void => {
    // Out of a field first: what is written there is not lost by it.
    const field = document.activeElement;
    if (field instanceof HTMLElement && field.closest('.bench')) field.blur();
    else back();
  };
  useKeys({ Escape: outOfField, j: walk(1), k: walk(-1) });
  const onDone = (): void => {
    reload();
    parked.groups.reload();
    parked.records.reload();
    known.value.reload();
  };
  const title = record
    ? t('parked.title', { name: record.name, record: record.record })
    : t('nav.parked');
  const filters = html`<div class="desk-filters"><a class="desk-back" href=${here({ open: undefined })}>${t('parked.back')}</a>
    ${at >= 0 && html`<span class="desk-walk"><button type="button" class="icon-button" aria-label=${t('parked.previous')} disabled=${at === 0} onClick=${walk(-1)}>↑</button><span class="muted small">${t('parked.walk', { at: at + 1, of: Math.max(parked.target.count, rows.length) })}</span><button type="button" class="icon-button" aria-label=${t('parked.next')} disabled=${at === rows.length - 1} onClick=${walk(1)}>↓</button></span>`}</div>`;
  return html`<${Page} title=${title} filters=${filters}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!record && !problem && isSlow && html`<${Skeleton} />`}
    ${
      record &&
      html`<${Faults} record=${record} />
      <${Bench} record=${record} group=${at >= 0 ? parked.target : undefined} onDone=${onDone} />
      <section><h2>${t('desk.log')}</h2><${CaseLog} at=${record.parkedAt} began=${t('parked.began')} log=${record.log} /></section>`
    }
  <//>`;
}

function Faults({ record }: { record: ParkedRecord }) {
  const { faults, flow, intakeId, parkedAt, code } = record;
  return html`<div class="parked-head">
    <ul>${faults.map(
      ({ detail, todo }, index) =>
        html`<li key=${index}><${Icon} name="bad" tone="bad" /><div><p class=${index === 0 ? 'strong' : ''}>${detail}</p><p class="muted">${todo}</p></div></li>`,
    )}</ul>
    <p class="muted small"><a href=${to('/parked', { flow, code })}>${flow}</a> · <a href=${to('/search', { q: intakeId })}>${t('parked.story')}</a> · ${stateText(record)} · <${Time} at=${parkedAt} /></p>
  </div>`;
}

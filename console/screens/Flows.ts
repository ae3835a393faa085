import { html } from 'htm/preact';
import type { FlowMap } from '../../schemas/generated/api.d.ts';
import { useQuery } from '../api/useQuery.ts';
import { EmptyState } from '../parts/EmptyState.ts';
import { FilterChips } from '../parts/FilterChips.ts';
import { Page } from '../parts/Page.ts';
import { Problem } from '../parts/Problem.ts';
import { Skeleton } from '../parts/Skeleton.ts';
import { here, useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { FlowTable } from './flows/FlowTable.ts';
import { filteredFlows, flowFilters } from './flows/flowFilters.ts';
import { NoFlow, OneFlow } from './flows/OneFlow.ts';

const EVERY_MS = 5_000;

/** What flows where, and where it jams. */
export function Flows() {
  const { data, problem, isSlow, reload } = useQuery<FlowMap>('/v1/flows/map', {
    everyMs: EVERY_MS,
  });
  return html`<${Page} title=${t('nav.flows')} filters=${data && html`<${FilterChips} filters=${flowFilters(data)} />`}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!data && !problem && isSlow && html`<${Skeleton} />`}
    ${data && html`<${Known} map=${data} onDone=${reload} />`}
  <//>`;
}

function Known({ map, onDone }: { map: FlowMap; onDone: () => void }) {
  const { query } = useAddress();
  const rows = filteredFlows(map, query);
  const isFiltered = Boolean(query.only ?? query.end);
  const open = map.flows.find(({ name }) => name === query.open);
  return html`<div class=${query.open ? 'with-drawer' : ''}>
    ${rows.length === 0 ? html`<${None} isFiltered=${isFiltered} />` : html`<${FlowTable} rows=${rows} open=${query.open} exportOf=${isFiltered ? undefined : '/v1/flows'} />`}
    ${open && html`<${OneFlow} key=${open.name} flow=${open} onDone=${onDone} />`}
    ${query.open && !open && html`<${NoFlow} key=${query.open} name=${query.open} />`}
  </div>`;
}

const None = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered
    ? html`<${EmptyState} icon="flows" text=${t('flows.noneOfThese')}><a href=${here({ only: undefined, end: undefined })}>${t('flows.all')}</a><//>`
    : html`<${EmptyState} icon="flows" text=${t('flows.none')} />`;

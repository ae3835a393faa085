import { html } from 'htm/preact';
import type { FlowMap } from '../../schemas/generated/api.d.ts';
import { useQuery } from '../api/useQuery.ts';
import { EmptyState } from '../parts/EmptyState.ts';
import { FilterChips } from '../parts/FilterChips.ts';
import { Page } from '../parts/Page.ts';
import { Problem } from '../parts/Problem.ts';
import { Skeleton } from '../parts/Skeleton.ts';
import { here, useAddress } from '../state/address.ts';
import { isNarrow } from '../state/isNarrow.ts';
import { useStore } from '../state/Store.ts';
import { t } from '../text/t.ts';
import { FlowTable } from './flows/FlowTable.ts';
import { filteredFlows, flowFilters } from './flows/flowFilters.ts';
import { Jams } from './flows/Jams.ts';
import { Legend } from './flows/Legend.ts';
import { MapPicture } from './flows/MapPicture.ts';
import { NoFlow, OneFlow } from './flows/OneFlow.ts';

const EVERY_MS = 5_000;

/** What flows where, and where it jams. */
export function Flows() {
  const { data, problem, isSlow, reload } = useQuery<FlowMap>('/v1/flows/map', {
    everyMs: EVERY_MS,
  });
  return html`<${Page} title=${t('nav.flows')} filters=${html`<div class="desk-filters"><${Tabs} />${data && html`<${FilterChips} filters=${flowFilters(data)} />`}</div>`}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!data && !problem && isSlow && html`<${Skeleton} />`}
    ${data && html`<${Known} map=${data} onDone=${reload} />`}
  <//>`;
}

/** The same in a picture and in words; a phone has the words alone. */
function Tabs() {
  const { query } = useAddress();
  const current = (is: boolean) => (is ? 'page' : undefined);
  const isTable = query.tab === 'table';
  if (useStore(isNarrow)) return null;
  return html`<nav class="desk-tabs" aria-label=${t('nav.flows')}>
    <a href=${here({ tab: undefined })} aria-current=${current(!isTable)}>${t('flows.map')}</a>
    <a href=${here({ tab: 'table' })} aria-current=${current(isTable)}>${t('flows.table')}</a>
  </nav>`;
}

function Known({ map, onDone }: { map: FlowMap; onDone: () => void }) {
  const { query } = useAddress();
  const isTable = useStore(isNarrow) || query.tab === 'table';
  const rows = filteredFlows(map, query);
  const isFiltered = Boolean(query.only ?? query.end);
  const open = map.flows.find(({ name }) => name === query.open);
  const exportOf = isFiltered ? undefined : '/v1/flows';
  return html`<div class=${query.open ? 'with-drawer' : ''}>
    <div class="flow-main">
      ${map.flows.length > 0 && html`<${Jams} flows=${map.flows} />`}
      ${rows.length === 0 && html`<${None} isFiltered=${isFiltered} />`}
      ${rows.length > 0 && isTable && html`<${FlowTable} rows=${rows} open=${query.open} exportOf=${exportOf} />`}
      ${rows.length > 0 && !isTable && html`<${Legend} /><${MapPicture} rows=${rows} map=${map} open=${query.open} />`}
    </div>
    ${open && html`<${OneFlow} key=${open.name} flow=${open} onDone=${onDone} />`}
    ${query.open && !open && html`<${NoFlow} key=${query.open} name=${query.open} />`}
  </div>`;
}

const None = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered
    ? html`<${EmptyState} icon="flows" text=${t('flows.noneOfThese')}><a href=${here({ only: undefined, end: undefined })}>${t('flows.all')}</a><//>`
    : html`<${EmptyState} icon="flows" text=${t('flows.none')} />`;

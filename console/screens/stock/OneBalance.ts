import { html } from 'htm/preact';
import type { ExplainRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { type PageOf, usePages } from '../../api/usePages.ts';
import { Drawer } from '../../parts/Drawer.ts';
import { Quantity } from '../../parts/Figures.ts';
import { LineChart } from '../../parts/LineChart.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { type Column, Table, type TableProps } from '../../parts/Table.ts';
import { change, to, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import type { Balance } from './keyOfBalance.ts';

/** What the answer says beside its rows. */
interface Explained extends PageOf<ExplainRow> {
  closing?: { balance: string; currency: string };
}

/** Where a number comes from: what there was after each entry, and by which row of which file each came. */
export function OneBalance({ balance }: { balance: Balance }) {
  const { query } = useAddress();
  const by = query.by === 'value' ? 'value' : 'quantity';
  const { asOf, knownAt } = query;
  const { sku, location, lot, status } = balance;
  const ofQuantity = by === 'quantity' ? { lot, status } : {};
  const asked = { sku, location, ...ofQuantity, by, asOf, knownAt };
  const { rows, first, more, problem, isSlow, reload } = usePages<ExplainRow>('/v1/explain', asked);
  const close = (): void => change({ open: undefined, by: undefined });
  const kind = [location, lot, status === 'available' ? '' : status].filter(Boolean).join(' · ');
  return html`<${Drawer} title=${sku} kind=${kind} tools=${html`<${Choice} by=${by} />`} onClose=${close}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!rows && !problem && isSlow && html`<${Skeleton} />`}
    ${rows && html`<${Explanation} rows=${rows} first=${first as Explained} more=${more} by=${by} location=${location} exportOf=${urlOf('/v1/explain', asked)} />`}
    <p class="stock-more"><a href=${to('/search', { q: sku })}>${t('stock.story', { sku })}</a></p>
  <//>`;
}

const Choice = ({ by }: { by: string }) => html`<div class="stock-by" role="group">
  ${(['quantity', 'value'] as const).map((one) => html`<button type="button" key=${one} class="chip" aria-pressed=${one === by} onClick=${() => change({ by: one === 'quantity' ? undefined : one })}>${one === 'quantity' ? t('stock.quantity') : t('stock.value')}</button>`)}
</div>`;

interface ExplanationProps {
  rows: readonly ExplainRow[];
  first: Explained;
  more: TableProps<ExplainRow>['more'];
  by: 'quantity' | 'value';
  location: string;
  exportOf: string;
}

function Explanation({ rows, first, more, by, location, exportOf }: ExplanationProps) {
  const { balance = '', currency = '' } = first.closing ?? {};
  const times = rows.map(({ at }) => at);
  const lines = [
    { label: t('stock.balance'), values: rows.map((row) => row.balance), tone: 'accent' as const },
  ];
  const isRising = times.every((at, index) => index === 0 || at >= times[index - 1]!);
  const table: TableProps<ExplainRow> = {
    ...{ label: t('stock.entries'), rows, more, exportOf, keyOf: ({ seq }) => seq },
    columns: columns(by === 'value' ? currency : ''),
  };
  return html`
    <p class="stock-figure"><${Quantity} value=${balance} unit=${by === 'value' ? currency : undefined} /></p>
    ${by === 'value' && html`<p class="small muted">${t('stock.ofPool', { location })}</p>`}
    ${rows.length > 1 && isRising && html`<${LineChart} label=${t('stock.chart')} times=${times} lines=${lines} height=${140} isStepped=${true} />`}
    <${Table} ...${table} />`;
}

const columns = (unit: string): Column<ExplainRow>[] => [
  {
    ...{ title: t('stock.day'), phone: 'who' },
    cell: ({ day, kind }) => html`${day} <span class="muted">${kind}</span>`,
    text: ({ day, kind }) => `${day} ${kind}`,
  },
  {
    ...{ title: t('stock.origin'), wide: true },
    cell: (row) => html`<${Origin} row=${row} />`,
    text: ({ document, file, record }) => [document, file, record].filter(Boolean).join(' '),
  },
  {
    ...{ title: t('stock.change'), numeric: true },
    cell: ({ change }) => html`<${Quantity} value=${change} />`,
    text: ({ change }) => change,
  },
  {
    ...{ title: unit ? `${t('stock.balance')}, ${unit}` : t('stock.balance') },
    ...{ numeric: true, phone: 'figure' },
    cell: ({ balance }) => html`<${Quantity} value=${balance} />`,
    text: ({ balance }) => balance,
  },
];

/** The document, and the row of the file that it was made of, where one is known. */
function Origin({ row: { document, file, record, intakeId, flow, source } }: { row: ExplainRow }) {
  const where = record === '' || record === '0' ? file : t('stock.row', { file, record });
  return html`<span class="stock-origin"><a href=${to('/search', { q: document })}>${document}</a>
    ${
      file
        ? html` <a class="small" href=${to('/search', { q: intakeId })} title=${flow}>${where}</a>`
        : html` <span class="small muted">${source}</span>`
    }</span>`;
}

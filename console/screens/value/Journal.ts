import { html } from 'htm/preact';
import type { JournalList, JournalRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { usePages } from '../../api/usePages.ts';
import { Drawer } from '../../parts/Drawer.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Money } from '../../parts/Figures.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { type Column, Table, type TableProps } from '../../parts/Table.ts';
import { change, here, to, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { journalOf, keyOfDocument, keyOfSku } from './keyOfSku.ts';
import { chosenMonth } from './months.ts';
import { isNothing } from './moves.ts';

/** What was posted to the accounts for a SKU, or by a document. */
export function Journal({ of, isOfMonth }: { of: string; isOfMonth: boolean }) {
  const { query } = useAddress();
  const { asOf, knownAt } = query;
  const { kind, name } = journalOf(of);
  const ofMonth = isOfMonth && kind === 'sku' ? chosenMonth(query.month, asOf).asked : { asOf };
  const asked = { [kind]: name, knownAt, ...ofMonth };
  const { rows, first, more, problem, isSlow, reload } = usePages<JournalRow>('/v1/journal', asked);
  const table: Omit<TableProps<JournalRow>, 'rows'> = {
    ...{ label: t('value.journal'), more, exportOf: urlOf('/v1/journal', asked) },
    keyOf: ({ posting, account, debit }) => `${posting} ${account} ${debit}`,
    columns: columns(kind),
  };
  const close = (): void => change({ open: undefined });
  return html`<${Drawer} title=${name} kind=${t('value.journalOf')} onClose=${close}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!rows && !problem && isSlow && html`<${Skeleton} />`}
    ${rows?.length === 0 && html`<${EmptyState} icon="book" text=${t('value.noJournal')} />`}
    ${rows && rows.length > 0 && html`<${Totals} list=${first as JournalList} /><${Table} ...${table} rows=${rows} />`}
    <p class="value-more">
      ${kind === 'sku' && html`<a href=${to('/stock', { sku: name })}>${t('value.entries', { sku: name })}</a>`}
      <a href=${to('/search', { q: name })}>${t('value.story', { name })}</a>
    </p>
  <//>`;
}

const Totals = ({ list: { totals = [] } }: { list: JournalList }) =>
  totals.map(
    ({ debit, credit, currency }) =>
      html`<p class="small muted value-note" key=${currency}>${t('value.debit')} <${Money} value=${debit} currency=${currency} /> · ${t('value.credit')} <${Money} value=${credit} currency=${currency} /></p>`,
  );

const side = (title: string, field: 'debit' | 'credit'): Column<JournalRow> => ({
  ...{ title, numeric: true },
  cell: (row) => (isNothing(row[field]) ? '' : html`<${Money} value=${row[field]} />`),
  text: (row) => row[field],
});

/** Of a SKU the documents, of a document the SKUs. */
const columns = (kind: 'sku' | 'document'): Column<JournalRow>[] => [
  {
    title: kind === 'sku' ? t('value.document') : t('value.sku'),
    cell: (row) => {
      const other = kind === 'sku' ? row.document : row.sku;
      const open = kind === 'sku' ? keyOfDocument(row.document) : keyOfSku(row);
      return html`<span class="value-origin"><a href=${here({ open })}>${other}</a> <span class="small muted">${row.day} ${row.kind}</span></span>`;
    },
    text: ({ day, kind: did, document, sku }) => [day, did, document, sku].join(' '),
  },
  {
    ...{ title: t('value.account'), wide: true, phone: 'who' },
    cell: ({ account, note }) => html`<span title=${note}>${account}</span>`,
    text: ({ account }) => account,
  },
  side(t('value.debit'), 'debit'),
  side(t('value.credit'), 'credit'),
];

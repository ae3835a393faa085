import { html } from 'htm/preact';
import type { RollForwardList, RollForwardRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { usePages } from '../../api/usePages.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Money, Quantity } from '../../parts/Figures.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { type Column, Table, type TableProps } from '../../parts/Table.ts';
import { here, to, useAddress } from '../../state/address.ts';
import { microsOf } from '../../text/decimalText.ts';
import { t } from '../../text/t.ts';
import { keyOfSku } from './keyOfSku.ts';
import { chosenMonth, dayBefore } from './months.ts';
import {
  groups,
  isNothing,
  labelOf,
  type Move,
  moneyOf,
  moveOf,
  quantityOf,
  sumOfMoves,
} from './moves.ts';
import { StripOfMonth } from './StripOfMonth.ts';

const PATH = '/v1/roll-forward';

/** From what was there when the month began to what is there at its end. */
export function RollForward() {
  const { query } = useAddress();
  const { sku, asOf, knownAt } = query;
  const { month, asked, until } = chosenMonth(query.month, asOf);
  const request = { sku, knownAt, ...asked };
  const { rows, first, more, problem, isSlow, reload } = usePages<RollForwardRow>(PATH, {
    ...{ ...request, limit: '1000' },
  });
  if (problem && !rows) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!rows) return isSlow ? html`<${Skeleton} />` : null;
  if (rows.length === 0) return html`<${NothingOf} isFiltered=${sku !== undefined} />`;
  const move = moveOf(query.move);
  const total = (first as RollForwardList).totals?.at(-1);
  const shown = move ? ofMove(rows, move) : rows;
  const table: TableProps<RollForwardRow> = {
    ...{ label: move ? t('value.ofMove', { move: labelOf(move) }) : t('value.rollForward') },
    ...{ rows: shown, more, keyOf: keyOfSku, open: query.open },
    hrefOf: (row) => here({ open: keyOfSku(row) }),
    ...{ exportOf: urlOf(PATH, { ...request, limit: '1000' }), excelOf: urlOf(PATH, request) },
    columns: move ? columnsOf(move) : columns(rows, month, until),
  };
  return html`
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${total ? html`<${StripOfMonth} total=${total} month=${month} until=${until} />` : html`<p class="muted">${t('value.noSums')}</p>`}
    <${Table} ...${table} />`;
}

export const NothingOf = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered
    ? html`<${EmptyState} icon="value" text=${t('value.noneOfThese')}><a href=${here({ sku: undefined })}>${t('value.everything')}</a><//>`
    : html`<${EmptyState} icon="value" text=${t('value.none')} />`;

/** Those with something of that kind, the largest first. */
function ofMove(rows: readonly RollForwardRow[], move: Move): RollForwardRow[] {
  const size = (row: RollForwardRow): bigint => {
    const micros = microsOf(moneyOf(row, move)) ?? 0n;
    return micros < 0n ? -micros : micros;
  };
  return rows
    .filter((row) => size(row) > 0n)
    .toSorted((one, other) => (size(one) < size(other) ? 1 : -1));
}

const skuColumn: () => Column<RollForwardRow> = () => ({
  ...{ title: t('value.sku'), phone: 'who', wide: true },
  cell: ({ sku }) => sku,
  text: ({ sku }) => sku,
});

function columnsOf(move: Move): Column<RollForwardRow>[] {
  return [
    skuColumn(),
    {
      ...{ title: t('value.quantity'), numeric: true },
      cell: (row) => html`<${Quantity} value=${quantityOf(row, move)} />`,
      text: (row) => quantityOf(row, move),
    },
    {
      ...{ title: labelOf(move), numeric: true, phone: 'figure' },
      cell: (row) =>
        html`<${Money} value=${moneyOf(row, move)} currency=${row.currency} href=${here({ open: keyOfSku(row) })} />`,
      text: (row) => moneyOf(row, move),
    },
  ];
}

/** Groups in which nothing moved are left out. */
function columns(
  rows: readonly RollForwardRow[],
  month: string,
  until: string,
): Column<RollForwardRow>[] {
  const before = dayBefore(month);
  const moved = groups()
    .map(([title, moves]) => ({ title, of: (row: RollForwardRow) => sumOfMoves(row, moves) }))
    .filter(({ of }) => rows.some((row) => !isNothing(of(row))));
  return [
    skuColumn(),
    {
      ...{ title: t('value.opening'), numeric: true },
      cell: ({ sku, openingValue }) =>
        html`<${Money} value=${openingValue} href=${isNothing(openingValue) ? undefined : to('/stock', { sku, asOf: before })} />`,
      text: ({ openingValue }) => openingValue,
    },
    ...moved.map(
      ({ title, of }): Column<RollForwardRow> => ({
        ...{ title, numeric: true },
        cell: (row) =>
          html`<${Money} value=${of(row)} href=${isNothing(of(row)) ? undefined : here({ open: keyOfSku(row) })} />`,
        text: of,
      }),
    ),
    {
      ...{ title: t('value.closing'), numeric: true, phone: 'figure' },
      cell: ({ sku, closingValue, currency }) =>
        html`<${Money} value=${closingValue} currency=${currency} href=${to('/stock', { sku, asOf: until })} />`,
      text: ({ closingValue }) => closingValue,
    },
  ];
}

import { html } from 'htm/preact';
import type { AgeingRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { type Pages, usePages } from '../../api/usePages.ts';
import { type Bar, Bars } from '../../parts/Bars.ts';
import { Money, Quantity } from '../../parts/Figures.ts';
import { Problem } from '../../parts/Problem.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { here } from '../../state/address.ts';
import { sumOf } from '../../text/sumOf.ts';
import { t } from '../../text/t.ts';
import { keyOfSku } from './keyOfSku.ts';

const PATH = '/v1/ageing';
/** As the report has them unless it is asked for others. */
const AGES = ['0-30', '31-60', '61-90', '91+', 'short'] as const;

type Asked = Readonly<Record<string, string | undefined>>;
type Ageing = Pages<AgeingRow>;

export const useAgeing = (asked: Asked): Ageing => usePages(PATH, { ...asked, limit: '1000' });

const ageText = (age: string): string =>
  age === 'short' ? t('value.short') : t('value.days', { age: age.replace('-', '–') });

/** Value by age; a range leads to what is so old. */
export function AgeBars({ ageing, age }: { ageing: Ageing; age: string | undefined }) {
  const { rows, more, problem, reload } = ageing;
  if (problem) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!rows) return null;
  if (more) return html`<p class="muted">${t('value.noSums')}</p>`;
  // With the digits that money has here.
  const zero = rows[0]?.value.replace(/\d/g, '0') ?? '0';
  const bars = AGES.flatMap((one): Bar[] => {
    const found = rows.filter((row) => row.age === one);
    if (one === 'short' && found.length === 0) return [];
    const value = sumOf([zero, ...found.map((row) => row.value)]);
    const href = found.length > 0 ? here({ age: one === age ? undefined : one }) : undefined;
    const shown = html`<${Money} value=${value} currency=${rows[0]?.currency} href=${href} />`;
    return [{ label: ageText(one), value, shown, tone: one === '91+' ? 'warn' : 'accent' }];
  });
  return html`<${Bars} bars=${bars} label=${t('value.ageing')} />`;
}

/** What is as old as the range that was chosen. */
export function AgeTable({ ageing, age, asked }: { ageing: Ageing; age: string; asked: Asked }) {
  const rows = (ageing.rows ?? []).filter((row) => row.age === age);
  const table: TableProps<AgeingRow> = {
    ...{ label: ageText(age), rows, exportOf: urlOf(PATH, { ...asked, limit: '1000' }) },
    keyOf: ({ sku, pool }) => `${sku} ${pool}`,
    hrefOf: (row) => here({ open: keyOfSku(row) }),
    columns: [
      {
        ...{ title: t('value.sku'), phone: 'who', wide: true },
        cell: ({ sku }) => sku,
        text: ({ sku }) => sku,
      },
      { title: t('value.pool'), cell: ({ pool }) => pool, text: ({ pool }) => pool },
      { title: t('value.came'), cell: ({ day }) => day, text: ({ day }) => day },
      {
        ...{ title: t('value.quantity'), numeric: true },
        cell: ({ quantity }) => html`<${Quantity} value=${quantity} />`,
        text: ({ quantity }) => quantity,
      },
      {
        ...{ title: t('value.value'), numeric: true, phone: 'figure' },
        cell: (row) =>
          html`<${Money} value=${row.value} currency=${row.currency} href=${here({ open: keyOfSku(row) })} />`,
        text: ({ value }) => value,
      },
    ],
  };
  return html`<p class="value-note"><span class="strong">${ageText(age)}</span> <a class="chip" href=${here({ age: undefined })}>${t('value.allAges')}</a></p>
    <${Table} ...${table} />`;
}

import { html } from 'htm/preact';
import type { Status } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { t } from '../../text/t.ts';
import { timeBefore } from './timeBefore.ts';

type Step = NonNullable<Status['stages']>[number];

/** Steps of flows that hold records until something comes, or a time. */
export function Steps({ stages, at }: { stages: Status['stages']; at: string }) {
  if (!stages) return html`<p class="muted">${t('health.unknown')}</p>`;
  const rows = stages.filter(({ records, left }) => records > 0 || left > 0);
  const count = stages.length - rows.length;
  const rest = stages.length === 0 ? t('health.noSteps') : t('health.noneInSteps', { count });
  return html`
    ${rows.length > 0 && html`<${Table} ...${tableOf(rows, at)} />`}
    ${(count > 0 || stages.length === 0) && html`<p class="small muted health-rest">${rest}</p>`}`;
}

const tableOf = (rows: readonly Step[], at: string): TableProps<Step> => ({
  ...{ label: t('health.steps'), rows, isSmall: true, keyOf: ({ stage }) => stage },
  columns: [
    {
      ...{ title: t('health.step'), wide: true, phone: 'who' },
      cell: ({ stage }) => html`<code class="health-name">${stage}</code>`,
      text: ({ stage }) => stage,
    },
    {
      ...{ title: t('health.records'), numeric: true, phone: 'figure' },
      cell: ({ records }) => html`<${Quantity} value=${String(records)} />`,
      text: ({ records }) => String(records),
    },
    {
      ...{ title: t('health.left'), numeric: true, phone: 'hidden' },
      cell: ({ left }) => html`<${Quantity} value=${String(left)} />`,
      text: ({ left }) => String(left),
    },
    {
      title: t('health.oldest'),
      cell: ({ oldestSeconds: age }) =>
        age === null ? '–' : html`<${Time} at=${timeBefore(at, age)} />`,
      text: ({ oldestSeconds: age }) => (age === null ? '' : timeBefore(at, age)),
    },
  ],
});

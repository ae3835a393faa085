import { html } from 'htm/preact';
import type { Status } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { here, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { timeBefore } from './timeBefore.ts';

type Queue = NonNullable<Status['queues']>[number];

const depthOf = ({ ready, waiting }: Queue): number => ready + (waiting ?? 0);

/** Those in which something waits, the fullest first; the others when asked for. */
export function Queues({ queues, at }: { queues: Status['queues']; at: string }) {
  const { query } = useAddress();
  if (!queues) return html`<p class="muted">${t('health.unknown')}</p>`;
  const full = queues.filter((queue) => depthOf(queue) > 0);
  const isAll = query.queues === 'all';
  const rows = (isAll ? [...queues] : full).sort((one, other) => depthOf(other) - depthOf(one));
  const count = queues.length - full.length;
  return html`
    ${rows.length > 0 && html`<${Table} ...${tableOf(rows, at)} />`}
    <div class="small muted health-rest">
      ${count > 0 && html`<p>${t('health.noneWaits', { count })}</p>`}
      ${(count > 0 || isAll) && html`<a href=${here({ queues: isAll ? undefined : 'all' })}>${isAll ? t('health.showWaiting') : t('health.showAll')}</a>`}
    </div>`;
}

const tableOf = (rows: readonly Queue[], at: string): TableProps<Queue> => ({
  ...{ label: t('health.queues'), rows, isSmall: true, keyOf: ({ queue }) => queue },
  columns: [
    {
      ...{ title: t('health.queue'), wide: true, phone: 'who' },
      cell: ({ queue }) => html`<code class="health-name">${queue}</code>`,
      text: ({ queue }) => queue,
    },
    {
      ...{ title: t('health.ready'), numeric: true, phone: 'figure' },
      cell: ({ ready }) => html`<${Quantity} value=${String(ready)} />`,
      text: ({ ready }) => String(ready),
    },
    {
      ...{ title: t('health.inHand'), numeric: true },
      cell: ({ waiting }) => html`<${Quantity} value=${String(waiting ?? '')} />`,
      text: ({ waiting }) => String(waiting ?? ''),
    },
    {
      title: t('health.oldest'),
      cell: ({ oldestSeconds: age }) =>
        age === null ? '–' : html`<${Time} at=${timeBefore(at, age)} />`,
      text: ({ oldestSeconds: age }) => (age === null ? '' : timeBefore(at, age)),
    },
  ],
});

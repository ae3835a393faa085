import { html } from 'htm/preact';
import type { DeadRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { change, here, to } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { stateText } from '../desk/states.ts';

type DeadLettersProps = Pick<
  TableProps<DeadRow>,
  'rows' | 'more' | 'open' | 'selected' | 'onSelect'
> & {
  filter: Readonly<Record<string, string | undefined>>;
};

export function DeadLetters({ filter, ...props }: DeadLettersProps) {
  if (props.rows.length === 0 && !props.more) {
    return html`<${EmptyState} icon="check" text=${t('delivery.noneOfThese')}><a href=${to('/delivery', { tab: 'dead' })}>${t('delivery.allDead')}</a><//>`;
  }
  const table: TableProps<DeadRow> = {
    ...props,
    label: t('delivery.letters'),
    keyOf: ({ id }) => id,
    hrefOf: ({ id }) => here({ open: id }),
    onOpen: ({ id }) => change({ open: id }),
    exportOf: urlOf('/v1/dead', filter),
    columns: [
      {
        title: t('delivery.endpoint'),
        cell: (row) => html`<span class="desk-name" title=${row.to}>${row.to}</span>`,
        text: (row) => row.to,
        phone: 'who',
      },
      {
        title: t('delivery.why'),
        cell: ({ reason }) => reason,
        text: ({ reason }) => reason,
        wide: true,
      },
      {
        title: t('delivery.content'),
        cell: ({ records }) => t('desk.records', { count: records }),
        text: ({ records }) => records,
      },
      { title: t('desk.state'), cell: stateText, text: stateText },
      {
        title: t('parked.since'),
        cell: ({ deadAt }) => html`<${Time} at=${deadAt} />`,
        text: ({ deadAt }) => deadAt,
        phone: 'figure',
      },
    ],
  };
  return html`<${Table} ...${table} />`;
}

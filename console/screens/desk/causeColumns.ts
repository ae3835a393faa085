import { html } from 'htm/preact';
import type { DeadGroupRow, ParkedGroupRow } from '../../../schemas/generated/api.d.ts';
import type { Column } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { settings } from '../../state/settings.ts';
import { decimalText } from '../../text/decimalText.ts';
import { t } from '../../text/t.ts';
import { Trend } from './Trend.ts';

/** Columns of a table of causes: what is wrong, of whom (`named`), when, and how many; `earlier` goes before the last time. */
export const causeColumns = <Row extends DeadGroupRow | ParkedGroupRow>(
  named: readonly Column<Row>[],
  earlier: readonly Column<Row>[] = [],
): Column<Row>[] => [
  {
    title: t('parked.cause'),
    cell: ({ message, code }) => html`<span title=${code}>${message}</span>`,
    text: ({ message }) => message,
    wide: true,
    phone: 'who',
  },
  ...named,
  {
    title: t('desk.when'),
    cell: ({ trend, count }) => html`<${Trend} trend=${trend} count=${count} />`,
    phone: 'hidden',
  },
  ...earlier,
  {
    title: t('desk.last'),
    cell: ({ last }) => html`<${Time} at=${last} />`,
    text: ({ last }) => last,
  },
  {
    title: t('desk.count'),
    cell: ({ count }) => decimalText(count, settings.value.language),
    text: ({ count }) => count,
    numeric: true,
    phone: 'figure',
  },
];

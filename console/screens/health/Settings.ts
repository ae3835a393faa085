import { html } from 'htm/preact';
import type { Config } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { CopyId } from '../../parts/CopyId.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { FilterChips } from '../../parts/FilterChips.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { change, here, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';

type Setting = Config['settings'][number];

const choices = (): [string, string][] => [
  ['file', t('health.fromFile')],
  ['environment', t('health.fromVariable')],
  ['default', t('health.fromDefault')],
];

/** What this hub runs by, and which line, variable or default says so. */
export function Settings() {
  const { query } = useAddress();
  const { find = '', from } = query;
  const { data, problem, isSlow, reload } = useQuery<Config>('/v1/config');
  if (problem) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!data) return isSlow ? html`<${Skeleton} />` : null;
  const asked = find.toLowerCase();
  const rows = data.settings.filter(
    (one) =>
      (!from || one.from === from) &&
      `${one.name} ${one.value} ${placeOf(one) ?? ''}`.toLowerCase().includes(asked),
  );
  const type = (event: Event): void =>
    change({ find: (event.target as HTMLInputElement).value }, 'replace');
  const label = t('health.find');
  return html`<div class="health-find">
      <input type="search" aria-label=${label} placeholder=${label} value=${find} autocomplete="off" spellcheck="false" onInput=${type} />
      <${FilterChips} filters=${[{ name: 'from', label: t('health.from'), choices: choices() }]} />
    </div>
    ${
      rows.length > 0
        ? html`<${Table} ...${tableOf(rows)} />`
        : html`<${EmptyState} icon="filter" text=${t('health.noSetting')}><a href=${here({ find: undefined, from: undefined })}>${t('health.allSettings')}</a><//>`
    }`;
}

/** As editors and shells take it. */
const placeOf = ({ at, variable }: Setting): string | undefined =>
  at ? `${at.file}:${at.line}` : variable;

const tableOf = (rows: readonly Setting[]): TableProps<Setting> => ({
  ...{ label: t('health.config'), rows, keyOf: ({ name }) => name },
  columns: [
    {
      ...{ title: t('health.setting'), phone: 'who' },
      cell: ({ name }) => html`<code class="health-name">${name}</code>`,
      text: ({ name }) => name,
    },
    {
      ...{ title: t('health.value'), wide: true },
      cell: ({ value }) => html`<span class="health-name">${value === '' ? '–' : value}</span>`,
      text: ({ value }) => value,
    },
    {
      title: t('health.from'),
      cell: (row) => {
        const place = placeOf(row);
        return place === undefined
          ? html`<span class="muted">${t('health.fromDefault')}</span>`
          : html`<${CopyId} id=${place} />`;
      },
      text: (row) => placeOf(row) ?? row.from,
    },
  ],
});

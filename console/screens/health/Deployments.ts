import { html } from 'htm/preact';
import type { DeploymentRow } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { CopyId } from '../../parts/CopyId.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Icon } from '../../parts/Icon.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { t } from '../../text/t.ts';

/** Which hub was given which flows to run, and what is left of those that are gone. */
export function Deployments() {
  const path = '/v1/deployments';
  const { data, problem, isSlow, reload } = useQuery<{ rows: DeploymentRow[] }>(path);
  if (problem) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!data) return isSlow ? html`<${Skeleton} />` : null;
  if (data.rows.length === 0)
    return html`<${EmptyState} icon="health" text=${t('health.noDeployments')} />`;
  const rows = data.rows.toSorted(
    (one, other) => Number(one.state === 'declared') - Number(other.state === 'declared'),
  );
  return html`<${Table} ...${tableOf(rows, path)} />`;
}

const stateOf = ({ state }: DeploymentRow) => {
  if (state === 'declared') return t('health.declared');
  const text = state === 'gone' ? t('health.gone') : t('health.kept');
  return html`<span class="tone-warn"><${Icon} name="warn" /> ${text}</span>`;
};

const tableOf = (rows: readonly DeploymentRow[], exportOf: string): TableProps<DeploymentRow> => ({
  ...{ label: t('health.deployments'), rows, exportOf },
  keyOf: ({ deployment, flow }) => `${deployment} ${flow}`,
  columns: [
    {
      ...{ title: t('health.flow'), phone: 'who' },
      cell: ({ flow, file }) => html`<span title=${file}>${flow}</span>`,
      text: ({ flow }) => flow,
    },
    { title: t('health.partState'), cell: stateOf, text: ({ state }) => state },
    {
      ...{ title: t('health.since'), phone: 'figure' },
      cell: ({ since }) => html`<${Time} at=${since} />`,
      text: ({ since }) => since,
    },
    { title: t('health.by'), cell: ({ by }) => by, text: ({ by }) => by },
    {
      ...{ title: t('health.deployment'), wide: true },
      cell: ({ deployment }) => html`<span class="health-name">${deployment}</span>`,
      text: ({ deployment }) => deployment,
    },
    {
      ...{ title: t('health.digest'), phone: 'hidden' },
      cell: ({ digest }) => digest && html`<${CopyId} id=${digest} short />`,
      text: ({ digest }) => digest,
    },
  ],
});

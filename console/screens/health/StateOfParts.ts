import { html } from 'htm/preact';
import type { Config, Status } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { Icon } from '../../parts/Icon.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { to } from '../../state/address.ts';
import { useMay } from '../../state/session.ts';
import { t } from '../../text/t.ts';
import { Queues } from './Queues.ts';
import { Steps } from './Steps.ts';
import { Waits } from './Waits.ts';

const EVERY_MS = 15_000;

/** How each part does, and what waits where. */
export function StateOfParts() {
  const asked = useQuery<Status>('/v1/status', { everyMs: EVERY_MS });
  const { data: status, problem, isSlow, reload } = asked;
  const refusal = problem && html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!status) return refusal ?? (isSlow ? html`<${Skeleton} />` : null);
  return html`
    ${refusal}
    <${Verdict} status=${status} />
    <div class="health-parts">
      <div>
        <section><h2>${t('health.checks')}</h2><${Checks} status=${status} /></section>
        <section><h2>${t('health.waits')}</h2><${Waits} status=${status} /></section>
      </div>
      <div>
        <section><h2>${t('health.queues')}</h2><${Queues} queues=${status.queues} at=${status.at} /></section>
        <section><h2>${t('health.steps')}</h2><${Steps} stages=${status.stages} at=${status.at} /></section>
      </div>
    </div>`;
}

/** Us or them, in one line. */
function Verdict({ status }: { status: Status }) {
  const mayConfig = useMay('admin');
  const { data: config } = useQuery<Config>(mayConfig ? '/v1/config' : undefined);
  const bad = Object.values(status.checks).filter((state) => state !== 'ok').length;
  const them = (status.endpoints ?? []).length;
  const [icon, tone] = bad > 0 ? (['bad', 'bad'] as const) : (['check', 'good'] as const);
  return html`<div class="health-verdict">
    <p class="strong"><${Icon} name=${icon} tone=${tone} /> ${bad > 0 ? t('health.us', { count: bad }) : t('health.well')}</p>
    ${them > 0 && html`<p><${Icon} name="delivery" tone="warn" /> <a href=${to('/delivery')}>${t('health.them', { count: them })}</a></p>`}
    <p class="small muted">${config && html`${t('health.version', { version: config.version })} · `}${t('health.asked')} <${Time} at=${status.at} /></p>
  </div>`;
}

interface Check {
  name: string;
  state: string;
  since?: string | undefined;
}

const names = (): Readonly<Record<string, string>> => ({
  hub: t('health.hub'),
  broker: t('health.broker'),
  store: t('health.store'),
  spool: t('health.spool'),
  stages: t('health.stages'),
  apply: t('health.apply'),
});

function Checks({ status }: { status: Status }) {
  const sinceOf = (name: string): string | undefined =>
    status.troubles.find(({ what, of }) => what === 'check' && of === name)?.since;
  const rows: Check[] = Object.entries(status.checks)
    .map(([name, state]) => ({ name, state, since: sinceOf(name) }))
    .toSorted((one, other) => Number(one.state === 'ok') - Number(other.state === 'ok'));
  const words = names();
  const table: TableProps<Check> = {
    ...{ label: t('health.checks'), rows, isSmall: true, keyOf: ({ name }) => name },
    columns: [
      {
        ...{ title: t('health.part'), phone: 'who' },
        cell: ({ name }) => html`<code>${name}</code> <span class="muted">${words[name]}</span>`,
        text: ({ name }) => name,
      },
      {
        ...{ title: t('health.partState'), wide: true, phone: 'figure' },
        cell: ({ state }) =>
          state === 'ok'
            ? html`<span class="tone-good"><${Icon} name="check" /> ${t('health.ok')}</span>`
            : html`<span class="tone-bad"><${Icon} name="bad" /> ${state}</span>`,
        text: ({ state }) => state,
      },
      ...(rows.some(({ since }) => since)
        ? [
            {
              title: t('health.since'),
              cell: ({ since }: Check) => since && html`<${Time} at=${since} />`,
            },
          ]
        : []),
    ],
  };
  return html`<${Table} ...${table} />`;
}

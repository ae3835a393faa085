/** What of a status needs a person: what, what that means, since when, how many, and where it is dealt with. */
import type { HubStatus } from '../../api/HubStatus.ts';
import type { IconName } from '../../parts/Icon.ts';
import { to } from '../../state/address.ts';
import { t } from '../../text/t.ts';

export interface TodoLine {
  key: string;
  icon: IconName;
  tone: 'bad' | 'warn';
  what: string;
  means: string;
  since?: string | undefined;
  count?: number;
  action?: { label: string; href: string };
  /** A flow that can go on at once. */
  resumes?: string;
}

export interface ParkedGroup {
  flow: string;
  code: string;
  field: string;
  message: string;
  count: string;
  first: string;
  last: string;
}

export function todosOf(status: HubStatus, groups: readonly ParkedGroup[]): TodoLine[] {
  return [
    ...failing(status),
    ...late(status),
    ...away(status),
    ...halted(status),
    ...parked(status, groups),
    ...dead(status),
  ];
}

const failing = ({ checks }: HubStatus): TodoLine[] =>
  Object.entries(checks)
    .filter(([, check]) => check !== 'ok')
    .map(([part, check]) => ({
      ...{ key: `check ${part}`, icon: 'bad', tone: 'bad', means: check },
      what: t('now.check', { part }),
      action: { label: t('now.checkDo'), href: to('/health') },
    }));

/** Whether it is late is the hub's to say: its troubles name it. */
function late({ at, troubles, unappliedSeconds, outbox, gaps }: HubStatus): TodoLine[] {
  const isTold = (what: string): boolean => troubles.some((one) => one.what === what);
  const action = { label: t('now.checkDo'), href: to('/health') };
  const bad = { icon: 'bad', tone: 'bad' } as const;
  const lines: TodoLine[] = [];
  if (isTold('gap')) {
    const count = gaps ?? 0;
    lines.push({
      ...bad,
      key: 'gap',
      what: t('now.gaps'),
      means: t('now.gapsMeans', { count }),
      count,
      action,
    });
  }
  if (isTold('unapplied')) {
    const since = new Date(Date.parse(at) - (unappliedSeconds ?? 0) * 1_000).toISOString();
    lines.push({
      ...bad,
      key: 'unapplied',
      what: t('now.unapplied'),
      means: t('now.unappliedMeans'),
      since,
      action,
    });
  }
  if (isTold('outbox')) {
    const count = outbox ?? 0;
    lines.push({
      ...bad,
      key: 'outbox',
      what: t('now.outbox', { count }),
      means: t('now.outboxMeans'),
      count,
      action,
    });
  }
  return lines;
}

const away = ({ endpoints }: HubStatus): TodoLine[] =>
  (endpoints ?? []).map(({ endpoint, state, since }) => ({
    ...{ key: `endpoint ${endpoint}`, icon: 'delivery', tone: 'bad', since },
    what: t('now.endpoint', { endpoint }),
    means: state === 'paused' ? t('now.endpointPaused') : t('now.endpointOpen'),
    action: { label: t('now.endpointDo'), href: to('/delivery', { open: endpoint }) },
  }));

const halted = ({ paused, gone }: HubStatus): TodoLine[] => [
  ...(paused ?? []).map(
    ({ flow, since, by, reason }): TodoLine => ({
      ...{ key: `paused ${flow}`, icon: 'pause', tone: 'warn', since, resumes: flow },
      what: t('now.paused', { flow }),
      means: t('now.pausedBy', { by, reason }),
    }),
  ),
  ...(gone ?? []).map(
    ({ flow, since }): TodoLine => ({
      ...{ key: `gone ${flow}`, icon: 'flows', tone: 'warn', since },
      what: t('now.gone', { flow }),
      means: t('now.goneMeans'),
      action: { label: t('now.goneDo'), href: to('/flows', { open: flow }) },
    }),
  ),
];

function parked(status: HubStatus, groups: readonly ParkedGroup[]): TodoLine[] {
  const flows = [...(status.parked ?? [])].sort((one, other) => other.records - one.records);
  return flows.map(({ flow, records }) => {
    const causes = groups.filter((group) => group.flow === flow);
    const [first] = causes;
    const count = causes.length - 1;
    const message = first?.message ?? '';
    return {
      ...{ key: `parked ${flow}`, icon: 'parked', tone: 'warn', count: records },
      what: t('now.parked', { flow, count: records }),
      means: count > 0 ? t('now.moreCauses', { message, count }) : message,
      since: causes.map((group) => group.first).sort()[0],
      action: { label: t('now.parkedDo', { count: records }), href: to('/parked', { flow }) },
    };
  });
}

const dead = ({ dead: count }: HubStatus): TodoLine[] =>
  count
    ? [
        {
          ...{ key: 'dead', icon: 'delivery', tone: 'warn', count },
          what: t('now.dead', { count }),
          means: t('now.deadMeans'),
          action: { label: t('now.deadDo'), href: to('/delivery', { tab: 'dead' }) },
        },
      ]
    : [];

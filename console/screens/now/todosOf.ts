/** Troubles of a status as lines for a person: what, what that means, since when, and where it is dealt with. */
import type { ParkedGroupRow, Status, Trouble } from '../../../schemas/generated/api.d.ts';
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
  action?: { label: string; href: string };
  /** A flow that can go on at once. */
  resumes?: string;
}

type Told = Omit<TodoLine, 'key' | 'tone' | 'since'>;

export function todosOf(status: Status, groups: readonly ParkedGroupRow[]): TodoLine[] {
  return status.troubles.map((trouble) => ({
    key: `${trouble.what} ${trouble.of ?? ''}`,
    tone: trouble.kind === 'down' || trouble.what === 'endpoint' ? 'bad' : 'warn',
    since: trouble.since,
    ...withSee(told(trouble, status, groups), trouble),
  }));
}

/** Where there is nothing to do by a click, what else helps. */
const withSee = (line: Told, { see }: Trouble): Told =>
  line.action || line.resumes ? line : { ...line, means: `${line.means} → ${see}` };

function told(trouble: Trouble, status: Status, groups: readonly ParkedGroupRow[]): Told {
  const { what, of = '', count = 0, message } = trouble;
  switch (what) {
    case 'check':
      return { icon: 'bad', what: t('now.check', { of }), means: message };
    case 'unapplied':
      return { icon: 'bad', what: t('now.unapplied'), means: t('now.unappliedMeans') };
    case 'outbox':
      return { icon: 'bad', what: t('now.outbox', { count }), means: t('now.outboxMeans') };
    case 'gap':
      return { icon: 'bad', what: t('now.gap'), means: t('now.gapMeans', { count }) };
    case 'endpoint':
      return endpoint(of, status);
    case 'paused':
      return paused(of, status);
    case 'gone':
      return { icon: 'flows', what: t('now.gone', { of }), means: t('now.goneMeans') };
    case 'parked':
      return parked(of, count, groups);
    case 'dead':
      return {
        ...{ icon: 'delivery', what: t('now.dead', { count }), means: t('now.deadMeans') },
        action: { label: t('now.deadDo', { count }), href: to('/delivery', { tab: 'dead' }) },
      };
  }
}

function endpoint(of: string, { endpoints }: Status): Told {
  const isPaused = endpoints?.find((one) => one.endpoint === of)?.state === 'paused';
  return {
    ...{ icon: 'delivery', what: t('now.endpoint', { of }) },
    means: isPaused ? t('now.endpointPaused') : t('now.endpointTried'),
    action: { label: t('now.endpointDo'), href: to('/delivery', { open: of }) },
  };
}

function paused(of: string, status: Status): Told {
  const { by = '', reason = '' } = status.paused?.find(({ flow }) => flow === of) ?? {};
  const means = t('now.pausedBy', { by, reason });
  return { icon: 'pause', what: t('now.paused', { of }), means, resumes: of };
}

function parked(flow: string, count: number, groups: readonly ParkedGroupRow[]): Told {
  const causes = groups.filter((group) => group.flow === flow);
  const message = causes[0]?.message ?? '';
  const others = causes.length - 1;
  return {
    ...{ icon: 'parked', what: t('now.parked', { flow, count }) },
    means: others > 0 ? t('now.moreCauses', { message, count: others }) : message,
    action: { label: t('now.parkedDo', { count }), href: to('/parked', { flow }) },
  };
}

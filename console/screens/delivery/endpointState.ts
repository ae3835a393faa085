/** How an endpoint does, in words, and what waits for it. */
import type { Endpoint, Status } from '../../../schemas/generated/api.d.ts';
import type { IconName } from '../../parts/Icon.ts';
import { t } from '../../text/t.ts';

export function endpointState({ state }: Pick<Endpoint, 'state'>): {
  text: string;
  icon: IconName;
  tone: string;
} {
  if (state === 'paused') return { text: t('delivery.paused'), icon: 'pause', tone: 'warn' };
  if (state === 'active') return { text: t('delivery.takes'), icon: 'check', tone: 'good' };
  return { text: t('delivery.failing'), icon: 'bad', tone: 'bad' };
}

/** Undefined where that cannot be known. */
export function backlogOf({ name }: Endpoint, status: Status | undefined): number | undefined {
  const found = status?.queues?.find(({ queue }) => queue.replace(/^deliver\.g\d+\./, '') === name);
  return found && (found.waiting ?? found.ready);
}

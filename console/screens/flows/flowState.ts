/** How a flow does, in words; and what of it a person should see. */
import type { FlowRate, MapFlow } from '../../../schemas/generated/api.d.ts';
import type { IconName } from '../../parts/Icon.ts';
import { t } from '../../text/t.ts';

interface FlowState {
  text: string;
  icon: IconName;
  tone: 'good' | 'info' | 'warn' | 'bad';
}

export function flowState(state: string): FlowState {
  switch (state) {
    case 'running':
      return { text: t('flows.running'), icon: 'check', tone: 'good' };
    case 'starting':
      return { text: t('flows.starting'), icon: 'wait', tone: 'info' };
    case 'draining':
      return { text: t('flows.draining'), icon: 'wait', tone: 'info' };
    case 'paused':
      return { text: t('flows.paused'), icon: 'pause', tone: 'warn' };
    case 'left out':
      return { text: t('flows.leftOut'), icon: 'pause', tone: 'warn' };
    default:
      return { text: t('flows.failed'), icon: 'bad', tone: 'bad' };
  }
}

const HOUR_MS = 3_600_000;

const sent = ({ to }: MapFlow, how: 'delivered' | 'failed'): number =>
  to.reduce((sum, { sink }) => sum + (sink?.hour[how] ?? 0), 0);

/** Records of the last hour, taken in or sent: what a line on the map is as wide as. */
export const rateOf = (flow: MapFlow): number =>
  Math.max(flow.hour.records, sent(flow, 'delivered'));

/** Nothing came in, and nothing was sent, within the hour before `at`. */
export const isIdle = (flow: MapFlow, at: string): boolean =>
  rateOf(flow) + sent(flow, 'failed') === 0 &&
  !(flow.last && Date.parse(at) - Date.parse(flow.last.at) < HOUR_MS);

/** Intake and the rules of stock count the same record each for itself. */
export const parkedIn = ({ parked, refused }: FlowRate): number => Math.max(parked, refused);

/** What waits in its steps, and for those to whom it sends. */
export const waitingOf = ({ staged, to }: MapFlow): number =>
  to.reduce((sum, { sink }) => sum + (sink?.waiting ?? 0), staged ?? 0);

export const isRunning = ({ state }: MapFlow): boolean => state === 'running';

/** Somebody to whom it sends takes nothing. */
export const isRefused = ({ to }: MapFlow): boolean =>
  to.some(({ sink }) => sink !== undefined && sink.state !== 'active');

/** What does not run comes first, then whose subscriber takes nothing, what is parked, what waits; then all by name. */
export function worstFirst(one: MapFlow, other: MapFlow): number {
  const rank = (flow: MapFlow): number => {
    if (!isRunning(flow)) return 0;
    if (isRefused(flow)) return 1;
    if (flow.parked) return 2;
    return waitingOf(flow) > 0 ? 3 : 4;
  };
  return rank(one) - rank(other) || one.name.localeCompare(other.name);
}

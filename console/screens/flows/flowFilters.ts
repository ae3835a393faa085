/** Which flows are shown: by what they need, and by what they come from or go to. All of it is the address. */
import type { FlowMap, MapFlow } from '../../../schemas/generated/api.d.ts';
import type { Filter } from '../../parts/FilterChips.ts';
import { t } from '../../text/t.ts';
import { isIdle, isRefused, isRunning, waitingOf } from './flowState.ts';

type Query = Readonly<Record<string, string | undefined>>;

const ends = ({ from, to, asks }: MapFlow) => [...from, ...to, ...asks];

export function flowFilters({ flows }: FlowMap): Filter[] {
  const connectors = flows.flatMap(ends).filter(({ kind }) => kind === 'connector');
  const names = new Map(connectors.map(({ id, name }) => [id, name]));
  return [
    {
      ...{ name: 'only', label: t('flows.only') },
      choices: [
        ['stopped', t('flows.onlyStopped')],
        ['parked', t('flows.onlyParked')],
        ['refused', t('flows.onlyRefused')],
        ['waiting', t('flows.onlyWaiting')],
        ['idle', t('flows.onlyIdle')],
      ],
    },
    {
      ...{ name: 'end', label: t('flows.end') },
      choices: [...names].toSorted(([, one], [, other]) => one.localeCompare(other)),
    },
  ];
}

const kinds: Readonly<Record<string, (flow: MapFlow, at: string) => boolean>> = {
  stopped: (flow) => !isRunning(flow),
  parked: ({ parked }) => (parked ?? 0) > 0,
  refused: isRefused,
  waiting: (flow) => waitingOf(flow) > 0,
  idle: isIdle,
};

export function filteredFlows({ flows, at }: FlowMap, { only, end }: Query): MapFlow[] {
  const kind = only === undefined ? undefined : kinds[only];
  return flows.filter(
    (flow) =>
      (kind?.(flow, at) ?? true) && (end === undefined || ends(flow).some(({ id }) => id === end)),
  );
}

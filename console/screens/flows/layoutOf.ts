/** Where all of the map lies, in layers from left to right: sources, flows into the stock, the stock, flows out of it, subscribers. */
import type { MapEnd, MapFlow, MapSink } from '../../../schemas/generated/api.d.ts';
import { edgesOf } from './edgesOf.ts';
import {
  type Column,
  type EndNode,
  type FlowNode,
  type MapLayout,
  NODE_HEIGHT,
  type Side,
} from './MapLayout.ts';

const ROW = 28;
const GROUP_GAP = 14;
const TOP = 36;
const STOCK_WIDTH = 92;
const GAP = { narrow: 36, wide: 56 };
const WIDE = 1_000;
/** Of a column with the gap beside it. */
const LEAST_COLUMN = 175;
const MOST_COLUMN = 400;
/** Of what the stock and the gaps leave. */
const SHARES = { sources: 0.2, ins: 0.32, outs: 0.25, subscribers: 0.23 } as const satisfies Record<
  Side,
  number
>;

export function layoutOf(shown: readonly MapFlow[], room: number, at: string): MapLayout {
  const isOut = ({ direction }: MapFlow): boolean =>
    direction === 'subscription' || direction === 'report';
  const isSent = shown.some(({ to }) => to.some(({ kind }) => kind === 'connector'));
  const used: Side[] = [
    ...(shown.every(isOut) ? [] : (['sources', 'ins'] as const)),
    ...(shown.some(isOut) ? (['outs'] as const) : []),
    ...(isSent ? (['subscribers'] as const) : []),
  ];
  const width = Math.max(room, used.length * LEAST_COLUMN + STOCK_WIDTH);
  const columns = columnsOf(width, used);
  const ins = stacked(
    shown.filter((flow) => !isOut(flow)),
    (flow) => sourceOf(flow, shown),
    columns.ins,
  );
  const outs = stacked(shown.filter(isOut), ({ to }) => to[0]?.id ?? '', columns.outs);
  const flows = [...ins, ...outs];
  const sources = beside(ins, ({ from }) => from, columns.sources);
  const subscribers = beside(flows, ({ to }) => to, columns.subscribers);
  const lowest = Math.max(...[...flows, ...sources, ...subscribers].map(({ y }) => y));
  const placed = { width, height: lowest + ROW, columns, sources, flows, subscribers };
  return { ...placed, edges: edgesOf(placed, at) };
}

function columnsOf(width: number, used: readonly Side[]): MapLayout['columns'] {
  const gap = width < WIDE ? GAP.narrow : GAP.wide;
  const free = width - STOCK_WIDTH - used.length * gap;
  const whole = used.reduce((sum, side) => sum + SHARES[side], 0);
  const order: readonly Column[] = ['sources', 'ins', 'stock', 'outs', 'subscribers'];
  let x = 0;
  const entries = order.map((name) => {
    if (name !== 'stock' && !used.includes(name)) return [name, { x, width: 0 }] as const;
    const share = name === 'stock' ? 0 : (free * SHARES[name]) / whole;
    const own = name === 'stock' ? STOCK_WIDTH : Math.min(Math.round(share), MOST_COLUMN);
    const column = { x, width: own };
    x += own + gap;
    return [name, column] as const;
  });
  return Object.fromEntries(entries) as MapLayout['columns'];
}

/** What others continue stands with the first of them. */
function sourceOf(flow: MapFlow, all: readonly MapFlow[]): string {
  const [first] = flow.from;
  if (first?.kind !== 'flow') return first?.id ?? '';
  const before = all.find(({ name }) => name === first.name);
  return before && before.from[0]?.kind !== 'flow' ? (before.from[0]?.id ?? '') : first.id;
}

/** One below the other, those of the same end together. */
function stacked(
  flows: readonly MapFlow[],
  groupOf: (flow: MapFlow) => string,
  column: { x: number; width: number },
): FlowNode[] {
  const groups = [...Map.groupBy(flows, groupOf)].toSorted(([one], [other]) =>
    one.localeCompare(other),
  );
  let y = TOP + NODE_HEIGHT / 2;
  return groups.flatMap(([, members]) => {
    const placed = members.map((flow, index) => ({ ...column, flow, y: y + index * ROW }));
    y += members.length * ROW + GROUP_GAP;
    return placed;
  });
}

type End = MapEnd & { sink?: MapSink };

/** Connectors as near to the flows of theirs as there is room. */
function beside(
  flows: readonly FlowNode[],
  endsOf: (flow: MapFlow) => readonly End[],
  column: { x: number; width: number },
): EndNode[] {
  const uses = flows.flatMap(({ flow, y }) =>
    endsOf(flow)
      .filter(({ kind }) => kind === 'connector')
      .map((end) => ({ end, y })),
  );
  const ends = [...Map.groupBy(uses, ({ end }) => end.id)].map(([id, all]) => ({
    ...{ id, name: all[0]!.end.name, ...column },
    sinks: all.flatMap(({ end }) => end.sink ?? []),
    y: all.reduce((sum, { y }) => sum + y, 0) / all.length,
  }));
  let next = 0;
  return ends
    .toSorted((one, other) => one.y - other.y)
    .map((end) => {
      const y = Math.max(end.y, next);
      next = y + ROW;
      return { ...end, y };
    });
}

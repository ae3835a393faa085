/** The lines of the map: as wide as what went through within the hour, red where it is parked, dashed where nothing came. */
import type { MapFlow, MapSink } from '../../../schemas/generated/api.d.ts';
import { isIdle, isRunning, parkedIn } from './flowState.ts';
import type { Box, FlowNode, MapEdge, MapLayout } from './MapLayout.ts';

const LEAST = 1.5;
const MOST = 9;
const ARC = 16;
const MOST_ARC = 44;

/** A tenfold rate is little more than a pixel more, so that a million and a few fit one picture. */
export const widthOf = (records: number): number =>
  records === 0 ? LEAST : Math.min(1.5 + 1.3 * Math.log10(records), MOST);

/** How much of what came in a person must correct: 0 to 1. */
export function parkedShare({ hour }: MapFlow): number {
  return hour.records === 0 ? 0 : Math.min(parkedIn(hour) / hour.records, 1);
}

const right = ({ x, width }: Pick<Box, 'x' | 'width'>): number => x + width;

function curve(fromX: number, fromY: number, toX: number, toY: number): string {
  const middle = (fromX + toX) / 2;
  return `M${fromX} ${fromY}C${middle} ${fromY} ${middle} ${toY} ${toX} ${toY}`;
}

export function edgesOf(placed: Omit<MapLayout, 'edges'>, at: string): MapEdge[] {
  return placed.flows.flatMap((node) => [
    ...fromSources(node, placed, at),
    ...withStock(node, placed, at),
    ...toOthers(node, placed, at),
    ...toSubscribers(node, placed, at),
  ]);
}

function lineOf({ flow }: FlowNode, at: string) {
  return {
    ...{ flow: flow.name, width: widthOf(flow.hour.records), isIdle: isIdle(flow, at) },
    ...(!isRunning(flow) && { tone: 'warn' as const }),
  };
}

function fromSources(node: FlowNode, { sources }: Omit<MapLayout, 'edges'>, at: string): MapEdge[] {
  const used = sources.filter(({ id }) => node.flow.from.some((end) => end.id === id));
  if (node.flow.direction === 'subscription' || node.flow.direction === 'report') return [];
  return used.map((source) => ({
    ...lineOf(node, at),
    key: `${source.id} > ${node.flow.name}`,
    path: curve(right(source), source.y, node.x, node.y),
  }));
}

/** What is parked of it does not arrive: its line ends halfway. */
function withStock(node: FlowNode, { columns }: Omit<MapLayout, 'edges'>, at: string): MapEdge[] {
  const { flow, x, y } = node;
  const { stock } = columns;
  const line = lineOf(node, at);
  if (flow.direction === 'subscription' || flow.direction === 'report')
    return [{ ...line, key: `stock > ${flow.name}`, path: `M${right(stock)} ${y}H${x}` }];
  if (!flow.to.some(({ kind }) => kind === 'message')) return [];
  const share = parkedShare(flow);
  const begin = right(node);
  const whole = { ...line, key: `${flow.name} > stock`, path: `M${begin} ${y}H${stock.x}` };
  if (share === 0) return [whole];
  const red = Math.max(line.width * share, LEAST);
  const rest = Math.max(line.width - red, LEAST);
  const redY = y + rest / 2;
  const end = (begin + stock.x) / 2;
  const parked: MapEdge = {
    ...{ ...line, key: `${flow.name} > parked`, tone: 'bad', width: red },
    path: `M${begin} ${redY}H${end}M${end} ${redY - 5}V${redY + 5}`,
  };
  const booked = { ...whole, width: rest, path: `M${begin} ${y - red / 2}H${stock.x}` };
  return share === 1 ? [parked] : [booked, parked];
}

function toOthers(node: FlowNode, { flows }: Omit<MapLayout, 'edges'>, at: string): MapEdge[] {
  const names = node.flow.to.filter(({ kind }) => kind === 'flow').map(({ name }) => name);
  return flows
    .filter(({ flow }) => names.includes(flow.name))
    .map((other) => {
      const [x, y, toX] = [right(node), node.y + 6, right(other)];
      // The further, the wider, so that none lies upon another.
      const arc = Math.min(ARC + Math.abs(other.y - y) / 25, MOST_ARC);
      const toY = other.y + (other.y > node.y ? -6 : 6);
      return {
        ...{ ...lineOf(node, at), key: `${node.flow.name} > ${other.flow.name}`, width: LEAST },
        path: `M${x} ${y}C${x + arc} ${y} ${toX + arc} ${toY} ${toX + 2} ${toY}l5 -3.5m-5 3.5l5 3.5`,
      };
    });
}

function toSubscribers(
  node: FlowNode,
  { subscribers }: Omit<MapLayout, 'edges'>,
  at: string,
): MapEdge[] {
  return node.flow.to.flatMap(({ id, kind, sink }) => {
    const end = subscribers.find((one) => one.id === id);
    if (kind !== 'connector' || !end) return [];
    const line = {
      ...{ ...lineOf(node, at), key: `${node.flow.name} > ${id}` },
      path: curve(right(node), node.y, end.x, end.y),
    };
    return [sink ? { ...line, ...ofSink(sink, line.tone) } : line];
  });
}

function ofSink({ state, hour }: MapSink, tone: MapEdge['tone']) {
  const tones = { active: tone, paused: 'warn', 'backing-off': 'bad' } as const;
  const found = tones[state];
  return {
    ...{ width: widthOf(hour.delivered), isIdle: hour.delivered === 0 && state === 'active' },
    ...(found && { tone: found }),
  };
}

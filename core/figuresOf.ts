import type { FlowFigures } from './ports.ts';

type Counted = { flow: string } & Partial<Omit<FlowFigures, 'flow'>>;

const NONE = { payloads: 0, records: 0, messages: 0, parked: 0, booked: 0, exists: 0, refused: 0 };

/** Of what was counted by flows in several lists; what stands in none of them is nothing. */
export function figuresOf(...lists: readonly (readonly Counted[])[]): FlowFigures[] {
  const byFlow = new Map<string, FlowFigures>();
  for (const { flow, ...counts } of lists.flat()) {
    byFlow.set(flow, { flow, ...NONE, ...byFlow.get(flow), ...counts });
  }
  return [...byFlow.values()];
}

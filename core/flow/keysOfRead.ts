import { sourceOf } from '../message.ts';
import type { RecordValue } from '../ports.ts';
import type { InboundFlow } from './compiledFlow.ts';

/** The key of a record under which the inbox has its message, by the flow that took it in. */
export const keysOfRead =
  (flowOf: (name: string) => Promise<InboundFlow | undefined> | InboundFlow | undefined) =>
  async (
    name: string,
    record: RecordValue,
  ): Promise<{ source: string; id: string } | undefined> => {
    const flow = await flowOf(name);
    const id = await flow?.keyOfRead?.(record);
    return flow === undefined || id === undefined ? undefined : { source: sourceOf(flow), id };
  };

import { QUEUE_GENERATION } from '../intake/publishBatches.ts';

/** The one queue of a sink, in which what it gets keeps its order: by its name, where the flow has several. */
export const sinkQueue = (flow: string, sink?: string): string =>
  `deliver.g${QUEUE_GENERATION}.${sinkLabel(flow, sink)}`;

/** As logs, metrics and tests name a sink: `FLOW`, or `FLOW.NAME`. */
export const sinkLabel = (flow: string, sink?: string): string =>
  sink === undefined ? flow : `${flow}.${sink}`;

import { QUEUE_GENERATION } from '../intake/publishBatches.ts';

/** The one queue of a sink, in which what it gets keeps its order: by its name, where the flow has several. */
export const sinkQueue = (flow: string, sink?: string): string =>
  `deliver.g${QUEUE_GENERATION}.${sinkLabel(flow, sink)}`;

/** As logs, metrics and tests name a sink: `FLOW`, or `FLOW.NAME`. */
export const sinkLabel = (flow: string, sink?: string): string =>
  sink === undefined ? flow : `${flow}.${sink}`;

const BEGINS = sinkQueue('');

export const isSinkQueue = (queue: string): boolean => queue.startsWith(BEGINS);

/** Whose queue it is, as people name it: a sink by its label, any other queue by itself. */
export const labelOfQueue = (queue: string): string =>
  isSinkQueue(queue) ? queue.slice(BEGINS.length) : queue;

/** Queues that people may mean by a name: that of a sink, or the queue itself. */
export const queuesOf = (name: string): string[] => [BEGINS + name, name];

/** How much came in and went out of late, over all processes of the hub. */
import type { AcceptedPayload } from './historyStore.ts';

/** What came in by a flow since a moment. */
export interface FlowFigures {
  flow: string;
  payloads: number;
  records: number;
  messages: number;
  /** Records that intake parked. */
  parked: number;
  /** Of the messages that came in since then, those that are booked by now, were booked before, and were refused. */
  booked: number;
  exists: number;
  refused: number;
}

/** What a sink was sent since a moment. */
export interface SinkFigures {
  /** As calls name it. */
  sink: string;
  /** Records that it took, and calls that failed. */
  delivered: number;
  failed: number;
}

/** Calls of a sink within an hour. */
export interface SinkHour {
  sink: string;
  /** As RFC 3339 begins in UTC: `2026-11-28T14`. */
  hour: string;
  /** Calls that it took, and such that failed. */
  took: number;
  failed: number;
}

export interface FigureBooks {
  /** Newest first. */
  lastAccepted(page: {
    after?: string;
    limit: number;
  }): Promise<{ rows: AcceptedPayload[]; next?: string }>;
  /** What all processes together took in and sent since a moment, as far as it is noted by now; in no order. */
  figuresSince(since: string): Promise<{ flows: FlowFigures[]; sinks: SinkFigures[] }>;
  /** How each sink answered from a moment on until before another, hour by hour; in no order. */
  callsByHour(since: string, before: string): Promise<SinkHour[]>;
}

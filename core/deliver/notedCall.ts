import { faultOf } from '../errors.ts';
import type { HistoryLog } from '../history/HistoryLog.ts';
import { spanOf, traceOfBody } from '../history/tracing.ts';
import type { TraceContext } from '../message.ts';
import type { Delivery } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

export type DeliveryLog = Pick<HistoryLog, 'delivered'>;

export interface SinkCall {
  sink: string;
  /** Of the messages that it takes records of. */
  deliveries: readonly Pick<Delivery, 'id' | 'body'>[];
  /** As the other side sees it. */
  id: string;
  records: number;
  /** The how manieth since the endpoint last took something. */
  attempt: number;
}

/** Calls a subscriber as a part of the trace of what it is told, and notes for each message how it answered. */
export async function notedCall(
  log: DeliveryLog | undefined,
  runtime: Runtime,
  call: SinkCall,
  send: (trace: TraceContext | undefined, answered: (answer: string) => void) => Promise<void>,
): Promise<void> {
  const { sink, deliveries, id, records, attempt } = call;
  const startedMs = runtime.monotonic();
  const attributes = { 'stockbus.sink': sink, 'stockbus.records': records, 'stockbus.call': id };
  const span = spanOf(
    { name: `deliver ${sink}`, kind: 'producer', attributes },
    deliveries.map(({ body }) => traceOfBody(body)),
  );
  const note = (code: string, answer: string): void => {
    if (!log) return;
    const at = new Date(runtime.now()).toISOString();
    const ms = Math.round(runtime.monotonic() - startedMs);
    for (const { id: message } of deliveries) {
      const of = subjectOf(message);
      log.delivered({ at, sink, message: of, call: id, records, attempt, ms, code, answer });
    }
  };
  let taken = '';
  try {
    await send(span.context, (answer) => {
      taken = answer;
    });
  } catch (error) {
    const { code, message } = faultOf(error);
    note(code, message.slice(0, ANSWER_CHARACTERS));
    span.end({}, error);
    throw error;
  }
  note('', taken.slice(0, ANSWER_CHARACTERS));
  span.end();
}

const ANSWER_CHARACTERS = 500;

/** Records that a flow handed on are asked for by their intake, whatever batch of it they are in. */
const subjectOf = (message: string): string => message.replace(/\/h\d+$/, '');

import { faultOf } from '../errors.ts';
import type { HistoryLog } from '../history/HistoryLog.ts';
import type { Delivery } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

export type DeliveryLog = Pick<HistoryLog, 'delivered'>;

export interface SinkCall {
  sink: string;
  /** Of the messages that it takes records of. */
  deliveries: readonly Pick<Delivery, 'id' | 'attempt'>[];
  /** As the other side sees it. */
  id: string;
  records: number;
}

/** Calls a subscriber, and notes for each message how it answered. */
export async function notedCall(
  log: DeliveryLog,
  runtime: Runtime,
  call: SinkCall,
  send: () => Promise<void>,
): Promise<void> {
  const startedMs = runtime.monotonic();
  const note = (code: string, answer: string): void => {
    const at = new Date(runtime.now()).toISOString();
    const ms = Math.round(runtime.monotonic() - startedMs);
    const { sink, deliveries, id, records } = call;
    for (const { id: message, attempt } of deliveries) {
      const of = subjectOf(message);
      log.delivered({ at, sink, message: of, call: id, records, attempt, ms, code, answer });
    }
  };
  try {
    await send();
  } catch (error) {
    const { code, message } = faultOf(error);
    note(code, message.slice(0, ANSWER_CHARACTERS));
    throw error;
  }
  note('', '');
}

const ANSWER_CHARACTERS = 500;

/** Records that a flow handed on are asked for by their intake, whatever batch of it they are in. */
const subjectOf = (message: string): string => message.replace(/\/h\d+$/, '');

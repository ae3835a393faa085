import { handedBatch } from '../handedBatch.ts';
import type { StageArrival } from '../ports.ts';

/** Records of a batch that came to a stage. Throws MESSAGE_INVALID, FORMAT_UNKNOWN. */
export function arrivalsOf(body: Uint8Array, { isKeyed }: { isKeyed: boolean }): StageArrival[] {
  const { origin, time, actor, traceparent, tracestate, records } = handedBatch(body);
  const trace =
    traceparent === undefined
      ? {}
      : { trace: { traceparent, ...(tracestate === undefined ? {} : { tracestate }) } };
  return records.map(({ key, source, given = {}, ...record }): StageArrival => {
    const arrival = { ...record, source: source ?? record.value, given, origin, at: time, actor };
    return { ...arrival, key: isKeyed ? key : record.id, ...trace };
  });
}

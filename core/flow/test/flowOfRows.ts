import { StockbusError } from '../../errors.ts';
import type { Codec, RecordValue, SourceRecord } from '../../ports.ts';
import type { ContinuedFlow, InboundFlow, PassedRecord } from '../compiledFlow.ts';

/** A flow that takes what others hand to it, as if these rows came to it as a payload. */
export function flowOfRows(flow: ContinuedFlow, rows: readonly RecordValue[]): InboundFlow {
  const codec: Codec = {
    read: () => Object.assign(recordsOf(rows), { rejects: never }),
    writer: never,
  };
  return {
    ...flow,
    direction: 'inbound',
    from: { kind: 'flow', connector: undefined, spec: NOWHERE, config: undefined, options: {} },
    read: { name: 'rows', contentType: 'application/json', extension: 'json', codec },
    stages: [],
    awaitedAt: [],
  };
}

const NOWHERE = {
  name: 'flow',
  about: '',
  config: never,
  examples: [],
} as unknown as InboundFlow['from']['spec'];

function never(): never {
  throw new StockbusError('INTERNAL', 'rows of a test are read once, and written nowhere');
}

async function* recordsOf(rows: readonly RecordValue[]): AsyncGenerator<SourceRecord[]> {
  yield rows.map((value, index): PassedRecord['read'] => {
    const record = index + 1;
    return { value, record, members: [{ value: structuredClone(value), record }] };
  });
}

import { StockbusError } from '../errors.ts';
import type { Emit, FlowRecord, RecordValue, StepSpec } from '../ports.ts';
import { either, expression, isObject, optional, record as recordOf, text } from '../spec.ts';
import { listOf } from './listOf.ts';

interface SplitOptions {
  path: string;
  parent?: string | undefined;
}

const path = expression('The list to split by, such as `order.items`.');

export const split: StepSpec<SplitOptions> = {
  name: 'split',
  about:
    'Makes one record of each element of a list. Its fields are those of the element over those of the record around it; `key` can use both.',
  options: either<SplitOptions>('The list, or the list and a name for the record around it.', [
    {
      when: (value) => typeof value === 'string',
      field: {
        about: path.about,
        kind: path.kind,
        schema: path.schema,
        optional: false,
        read: (value, at, report) => asOptions(path.read(value, at, report)),
      },
    },
    {
      when: isObject,
      field: recordOf('The list and a name for the record around it.', {
        path,
        parent: optional(text('Field under which the whole record around the element is kept.')),
      }),
    },
  ]),
  examples: ['split: order.items', 'split: { path: items, parent: order }'],
  // Elements bring fields that nobody knows here.
  shape: (_options, before) => ({ ...before, others: 'unknown', whole: false }),
  inputs: (options, place) => ({ list: { expression: options.path, path: place.path } }),
  make: (options) => () => ({
    push(record, { list }, emit) {
      emitParts(record, list, options, emit);
    },
  }),
};

const asOptions = (read: string | undefined): SplitOptions | undefined =>
  read === undefined ? undefined : { path: read };

/** A list that is there but empty makes no record; one that is not there is a fault. */
function emitParts(record: FlowRecord, list: unknown, options: SplitOptions, emit: Emit): void {
  const elements = listOf(list);
  if (elements.length === 0 && !Array.isArray(list)) {
    throw new StockbusError('RECORD_INVALID', `there is nothing to split at '${options.path}'`);
  }
  const strange = elements.findIndex((element) => !isObject(element));
  if (strange >= 0) {
    throw new StockbusError(
      'RECORD_INVALID',
      `element ${strange + 1} of '${options.path}' has no fields`,
    );
  }
  const members = record.members ?? [memberOf(record)];
  const around = options.parent === undefined ? {} : { [options.parent]: record.value };
  for (const element of elements as RecordValue[]) {
    const value = { ...record.value, ...around, ...element };
    emit({ ...record, value, source: value, members });
  }
}

/** A record as it was read, for parking. */
export function memberOf(record: FlowRecord) {
  return {
    value: record.source,
    record: record.record,
    ...(record.line === undefined ? {} : { line: record.line }),
    ...(record.raw === undefined ? {} : { raw: record.raw }),
  };
}

import type { Fault } from '../errors.ts';
import type { Emit, FlowRecord, RecordValue, Step, StepSpec } from '../ports.ts';
import { compileMapping, type FilledMapping, type Mapping, mappingField } from './mapping.ts';

export const map: StepSpec<Mapping> = {
  name: 'map',
  about: 'Makes a new record: target ← expression, line by line. The result replaces the record.',
  options: mappingField('Targets, each with an expression over the record.'),
  examples: [
    'map:\n  sku: $lookup("sku-xref", Item)\n  quantity: $decimal(Qty, ",")',
    'map:\n  document: order.number\n  lines:\n    each: order.items\n    map:\n      sku: code\n      quantity: $decimal(qty)',
  ],
  compile(options, tools, path) {
    const { fill } = compileMapping(options, tools, path);
    return () => mappingStep(fill, (_before, filled) => filled);
  },
};

/**
 * A record that was bad before is mapped as far as it goes, without further faults, so that a group
 * after it still knows to which document the record belongs.
 */
export function mappingStep(
  fill: FilledMapping,
  combine: (before: RecordValue, filled: RecordValue) => RecordValue,
): Step {
  const finish = (record: FlowRecord, filled: RecordValue, faults: Fault[], emit: Emit) => {
    record.value = combine(record.value, filled);
    if (faults.length > 0) record.faults ??= faults;
    emit(record);
  };
  return {
    seesFaults: true,
    push(record, emit) {
      const faults: Fault[] = [];
      const filled = fill(record, faults);
      if (!(filled instanceof Promise)) return finish(record, filled, faults, emit);
      return filled.then((value) => finish(record, value, faults, emit));
    },
  };
}

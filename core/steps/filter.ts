import type { Emit, FlowRecord, StepSpec } from '../ports.ts';
import { expression } from '../spec.ts';
import { truthy } from './truthy.ts';

export const filter: StepSpec<string> = {
  name: 'filter',
  about: 'Keeps the records for which the expression is true; the others are dropped and counted.',
  options: expression('What a record must fulfil to go on.'),
  examples: ['filter: Status = "POSTED"', 'filter: $not($isNegative(Quantity))'],
  compile(options, tools, path) {
    const { evaluate } = tools.expression(options, path);
    const keep = (value: unknown, record: FlowRecord, emit: Emit) => {
      if (truthy(value)) emit(record);
    };
    return () => ({
      push(record, emit) {
        const value = evaluate(record);
        if (!(value instanceof Promise)) return keep(value, record, emit);
        return value.then((result) => keep(result, record, emit));
      },
    });
  },
};

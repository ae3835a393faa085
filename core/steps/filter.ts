import type { StepSpec } from '../ports.ts';
import { expression } from '../spec.ts';
import { truthy } from './truthy.ts';

export const filter: StepSpec<string> = {
  name: 'filter',
  about: 'Keeps the records for which the expression is true; the others are dropped and counted.',
  options: expression('What a record must fulfil to go on.'),
  examples: ['filter: Status = "POSTED"', 'filter: $not($isNegative(Quantity))'],
  shape: (_options, before) => before,
  inputs: (options, { path }) => ({ where: { expression: options, path } }),
  make: () => () => ({
    push(record, { where }, emit) {
      if (truthy(where)) emit(record);
    },
  }),
};

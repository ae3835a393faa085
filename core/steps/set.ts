import type { StepSpec } from '../ports.ts';
import { type Mapping, mappingField, mappingInputs, withMapping } from './mapping.ts';

const ABOUT = 'Targets, each with an expression over the record.';

export const set: StepSpec<Mapping> = {
  name: 'set',
  about: 'Adds fields to the record, or overwrites them; all others stay.',
  options: mappingField(ABOUT),
  withSteps: (steps) => mappingField(ABOUT, steps),
  examples: ['set:\n  const: { currency: EUR }', 'set:\n  quantity: $abs(quantity)'],
  shape: (options, before, { path }) => ({ ...before, ...withMapping(before, options, path) }),
  inputs: mappingInputs,
  make: () => () => ({
    seesFaults: true,
    push(record, values, emit) {
      record.value = { ...record.value, ...values };
      emit(record);
    },
  }),
};

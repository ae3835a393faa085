import type { RecordValue, StepSpec } from '../ports.ts';
import { Failed } from './Failed.ts';
import { type Mapping, mappingField, mappingInputs, withMapping } from './mapping.ts';

export const defaults: StepSpec<Mapping> = {
  name: 'defaults',
  about:
    'Fills the fields of a record that are missing, null or an empty text; all others stay. What fails is a fault only where the field needs it.',
  options: mappingField('Fields, each with an expression over the record.'),
  examples: ['defaults:\n  unit: $source.Uom\n  const: { status: available }'],
  shape: (options, before, { path }) => ({ ...before, ...withMapping(before, options, path) }),
  inputs(options, place) {
    const inputs = Object.entries(mappingInputs(options, place));
    return Object.fromEntries(
      inputs.map(([name, input]) => [
        name,
        'expression' in input ? { ...input, mayFail: true } : input,
      ]),
    );
  },
  make: () => () => ({
    push(record, values, emit) {
      const value: RecordValue = { ...record.value };
      for (const name of Object.keys(values)) {
        if (!isEmpty(value[name])) continue;
        const given = values[name];
        if (given instanceof Failed) throw given.thrown();
        value[name] = given;
      }
      record.value = value;
      emit(record);
    },
  }),
};

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** A step from outside that asks a port: it takes what is on hand of a sku. */
import type { StepSpec } from '../../../../core/ports.ts';
import { expression } from '../../../../core/spec.ts';

export const stockOf: StepSpec<string> = {
  name: 'stockOf',
  about: 'Adds `onHand`, as the stock has it.',
  options: expression('The sku.'),
  examples: ['stockOf: sku'],
  shape: (_options, before, { path }) => ({
    ...before,
    fields: new Map(before.fields).set('onHand', path),
  }),
  inputs: (sku, { path }) => ({ sku: { expression: sku, path } }),
  needs: () => ({ port: 'stock', question: 'sku', answer: 'onHand' }),
  make: () => () => ({
    push(record, { onHand }, emit) {
      record.value = { ...record.value, onHand };
      emit(record);
    },
  }),
};

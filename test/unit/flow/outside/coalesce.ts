/** A step that the hub does not have: all that whoever adds one has to write. */
import type { StepSpec } from '../../../../core/ports.ts';
import { expression, list, record, text } from '../../../../core/spec.ts';

interface CoalesceOptions {
  into: string;
  of: string[];
}

export const coalesce: StepSpec<CoalesceOptions> = {
  name: 'coalesce',
  about: 'Fills a field with the first of several expressions that gives something.',
  options: record('What is wanted.', {
    into: text('Field that takes it.'),
    of: list('In this order.', expression('What may be empty.'), { min: 1 }),
  }),
  examples: ['coalesce: { into: sku, of: [Item, Alt] }'],
  shape: ({ into }, before, { path }) => ({
    ...before,
    fields: new Map(before.fields).set(into, [...path, 'into']),
  }),
  inputs: ({ of }, { path }) =>
    Object.fromEntries(
      of.map((one, index) => [index, { expression: one, path: [...path, 'of', index] }]),
    ),
  make:
    ({ into, of }) =>
    () => ({
      push(record, values, emit) {
        const found = of
          .map((_, index) => values[index])
          .find((one) => one !== undefined && one !== '');
        record.value = { ...record.value, [into]: found };
        emit(record);
      },
    }),
};

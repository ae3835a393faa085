import type { StepSpec } from '../ports.ts';
import { choice, expression, optional, record as recordOf } from '../spec.ts';
import { expressionOr, type WithExpression } from './expressionOr.ts';
import { Undecided } from './Undecided.ts';

interface FilterOptions {
  where: string;
  missing: 'park' | 'drop' | 'keep';
}

export const filter: StepSpec<FilterOptions & WithExpression> = {
  name: 'filter',
  about:
    'Keeps the records for which the expression is true; the others are dropped and counted. A comparison or a function of a field that is missing is neither true nor false: unless the other side of `and` or `or` decides, or `$exists` asked for the field, the record is parked with that field named, or, by `missing`, dropped or kept. A comparison of a text with a number or a boolean is undecided, too, and always parks. The same holds for `when` and for rules.',
  options: expressionOr<FilterOptions>(
    'where',
    recordOf('What a record must fulfil, and what becomes of one that lacks a field.', {
      where: expression('What a record must fulfil to go on.'),
      missing: optional(
        choice('What becomes of a record that lacks a field which decides.', [
          'park',
          'drop',
          'keep',
        ]),
        'park',
      ),
    }),
    (where) => ({ where, missing: 'park' }),
  ),
  examples: [
    'filter: Status = "POSTED"',
    'filter: $not($isNegative(Quantity))',
    'filter: $exists(test) and test',
    'filter: { where: status != "cancelled", missing: keep }',
  ],
  shape: (_options, before) => before,
  inputs: ({ where, at }, { path }) => ({ where: { test: where, path: [...path, ...at] } }),
  make:
    ({ missing }) =>
    () => ({
      push(record, { where }, emit) {
        if (where instanceof Undecided) {
          if (missing === 'park' || !where.isMissing) throw where.thrown('the filter');
          if (missing === 'keep') emit(record);
        } else if (where === true) {
          emit(record);
        }
      },
    }),
};

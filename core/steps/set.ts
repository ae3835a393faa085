import type { StepSpec } from '../ports.ts';
import { mappingStep } from './map.ts';
import { compileMapping, type Mapping, mappingField } from './mapping.ts';

export const set: StepSpec<Mapping> = {
  name: 'set',
  about: 'Adds fields to the record, or overwrites them; all others stay.',
  options: mappingField('Targets, each with an expression over the record.'),
  examples: ['set:\n  currency: \'"EUR"\'', 'set:\n  quantity: $abs(quantity)'],
  compile(options, tools, path) {
    const { fill } = compileMapping(options, tools, path);
    return () => mappingStep(fill, (before, filled) => ({ ...before, ...filled }));
  },
};

import type { Fault } from '../errors.ts';
import type { StepSpec } from '../ports.ts';
import { expression, list, record as recordOf, text } from '../spec.ts';
import { Undecided } from './Undecided.ts';

interface Rule {
  rule: string;
  message: string;
}

export const validate: StepSpec<Rule[]> = {
  name: 'validate',
  about:
    'Parks records that break a rule, with the messages of all rules that they break, and those of which a rule cannot be decided because a field is missing.',
  options: list(
    'Rules that every record must fulfil.',
    recordOf('One rule.', {
      rule: expression('What must be true of the record.'),
      message: text('What is wrong when it is not true, in words for whoever corrects it.'),
    }),
    { min: 1 },
  ),
  examples: ['validate:\n  - rule: $exists(Item)\n    message: the row names no item'],
  shape: (_options, before) => before,
  inputs: (rules, { path }) =>
    Object.fromEntries(
      rules.map(({ rule }, index) => [
        String(index),
        { test: rule, path: [...path, index, 'rule'] },
      ]),
    ),
  make: (rules) => () => ({
    push(record, values, emit) {
      const broken = rules.flatMap(({ message }, index) => faultOfRule(message, values[index]));
      if (broken.length > 0) {
        record.faults = broken;
        record.breaksRules = true;
      }
      emit(record);
    },
  }),
};

function faultOfRule(message: string, verdict: unknown): Fault[] {
  if (verdict === true) return [];
  if (!(verdict instanceof Undecided)) return [{ code: 'RECORD_INVALID', message }];
  const { fault } = verdict;
  return [{ ...fault, message: `${message} (${fault.message})` }];
}

import type { Emit, FlowRecord, StepSpec } from '../ports.ts';
import { expression, list, record as recordOf, text } from '../spec.ts';
import { truthy } from './truthy.ts';

interface Rule {
  rule: string;
  message: string;
}

export const validate: StepSpec<Rule[]> = {
  name: 'validate',
  about: 'Parks records that break a rule, with the messages of all rules that they break.',
  options: list(
    'Rules that every record must fulfil.',
    recordOf('One rule.', {
      rule: expression('What must be true of the record.'),
      message: text('What is wrong when it is not true, in words for whoever mends it.'),
    }),
    { min: 1 },
  ),
  examples: ['validate:\n  - rule: $exists(Item)\n    message: the row names no item'],
  compile(options, tools, path) {
    const rules = options.map(({ rule, message }, index) => {
      const compiled = tools.expression(rule, [...path, index, 'rule']);
      return { message, ...compiled };
    });
    const wait = rules.some((rule) => rule.wait);
    return () => ({
      push(record, emit) {
        if (!wait)
          return finish(
            record,
            rules.filter((rule) => !truthy(rule.evaluate(record))),
            emit,
          );
        const results = Promise.all(rules.map((rule) => rule.evaluate(record)));
        return results.then((values) =>
          finish(
            record,
            rules.filter((_rule, index) => !truthy(values[index])),
            emit,
          ),
        );
      },
    });
  },
};

function finish(record: FlowRecord, broken: readonly { message: string }[], emit: Emit): void {
  if (broken.length > 0) {
    record.faults = broken.map(({ message }) => ({ code: 'RECORD_INVALID', message }));
  }
  emit(record);
}

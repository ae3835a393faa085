/** The schedule of a report, held to everything that node-cron will hold it to when it runs. */
import { validateDetailed } from 'node-cron';
import type { Field } from '../spec.ts';
import { custom } from './namedField.ts';

const names = ['minute', 'hour', 'day of the month', 'month', 'day of the week'] as const;
const ranges = ['0-59', '0-23', '1-31', '1-12 or JAN-DEC', '0-7 or SUN-SAT'] as const;
/** More steps than the field has values would leave its first value alone. */
const mostSteps = [59, 23, 31, 12, 7] as const;

/** Everything that is wrong with it, in words; nothing when it will run. */
export function cronFaults(text: string): string[] {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== names.length)
    return [`it has ${fields.length} of five fields (${names.join(', ')})`];
  // A range of millions would keep the library busy for long before it says no.
  const large = fields.flatMap((field, index) =>
    /\d{3}/.test(field) ? [wrongField(field, index)] : [],
  );
  if (large.length > 0) return large;
  const steps = fields.flatMap((field, index) =>
    [...field.matchAll(/\/(\d+)/g)].some(([, step]) => Number(step) > mostSteps[index]!)
      ? [wrongField(field, index)]
      : [],
  );
  const { errors } = validateDetailed(fields.join(' '));
  const others = errors.map(({ field, message }) => {
    const index = keys.indexOf(field);
    if (message.includes('impossible')) return 'no month that it names has such a day';
    return index < 0 ? message : wrongField(fields[index]!, index);
  });
  return [...new Set([...steps, ...others])];
}

/** As the library calls the five. */
const keys: readonly string[] = ['minute', 'hour', 'dayOfMonth', 'month', 'dayOfWeek'];

const wrongField = (field: string, index: number): string =>
  `'${field}' is no ${names[index]} (${ranges[index]})`;

export function cronField(about: string): Field<string> {
  return custom<string>({
    about,
    kind: 'five fields of cron',
    schema: { type: 'string' },
    read(value, path, report) {
      if (typeof value !== 'string') {
        report({
          path,
          code: 'CONFIG_WRONG_TYPE',
          message: `${JSON.stringify(value)} is not five fields of cron`,
          todo: 'write five fields of cron in quotes, such as "0 6 * * 1"',
        });
        return undefined;
      }
      const faults = cronFaults(value);
      if (faults.length === 0) return value.trim().split(/\s+/).join(' ');
      report({
        path,
        code: 'CONFIG_BAD_VALUE',
        message: `'${value}' never runs: ${faults.join('; ')}`,
        todo: 'write five fields of cron, such as 0 6 * * 1 for Mondays at six',
      });
      return undefined;
    },
  });
}

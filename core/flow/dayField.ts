import { type Field, text } from '../spec.ts';
import { isDay } from '../zone.ts';

const SHAPE = 'a day such as 2026-03-31';

/** A day of the calendar. */
export function dayField(about: string): Field<string> {
  const field = text(about, { shape: SHAPE });
  return {
    ...field,
    read(value, path, report) {
      const day = field.read(value, path, report);
      if (day === undefined || isDay(day)) return day;
      const isWritten = /^\d{4}-\d{2}-\d{2}$/.test(day);
      const message = isWritten ? `there is no day '${day}'` : `'${day}' is not ${SHAPE}`;
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo: `write ${SHAPE}` });
      return undefined;
    },
  };
}

/** The name of a time zone. */
import { type Field, text } from '../spec.ts';
import { zoneOf } from '../zone.ts';

export function zoneField(about: string): Field<string> {
  const field = text(about);
  return {
    ...field,
    read(value, path, report) {
      const name = field.read(value, path, report);
      if (name === undefined || zoneOf(name)) return name;
      const message = `'${name}' is not a time zone`;
      report({ path, code: 'CONFIG_BAD_VALUE', message, todo: 'write one such as Europe/Berlin' });
      return undefined;
    },
  };
}

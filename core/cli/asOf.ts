import { usageError } from './command.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Checks `--as-of`: a day that exists (the whole of it, UTC) or a time with its zone. */
export function checkAsOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const day = text.slice(0, 10);
  const good =
    (DATE.test(text) || TIME.test(text)) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (good) return text;
  throw usageError(
    `--as-of '${text}' is not a date`,
    'write a day such as 2026-10-31, or a time such as 2026-10-31T18:00:00Z',
  );
}

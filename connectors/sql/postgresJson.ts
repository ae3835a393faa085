/** Rows of PostgreSQL as lines of JSON, from the text of each value: no digit goes through a double. */
import { StockbusError } from '../../core/errors.ts';

export interface JsonColumn {
  /** Its name as JSON, with the colon. */
  member: string;
  toJson: (text: string) => string;
}

/** By the number of its type in pg_type. */
const BOOLEAN = 16;
const SMALL_NUMBERS = new Set([21, 23]);
const JSONS = new Set([114, 3802]);
const TIMESTAMPS = new Set([1114, 1184]);

/** A day and a time; beside them there are `infinity` and years before Christ, which stay as they are. */
const TIME = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00)?$/;

export function columnsOf(fields: readonly { name: string; dataTypeID: number }[]): JsonColumn[] {
  const names = new Set<string>();
  return fields.map(({ name, dataTypeID }) => {
    if (names.has(name)) {
      const message = `two columns are called '${name}'`;
      const todo = 'Name each column once, with AS where it has to be.';
      throw new StockbusError('SQL_REFUSED', message, undefined, { todo });
    }
    names.add(name);
    return { member: `${JSON.stringify(name)}:`, toJson: writerOf(dataTypeID) };
  });
}

export const jsonOfRow = (columns: readonly JsonColumn[], cells: readonly (string | null)[]) =>
  `{${columns.map(({ member, toJson }, index) => member + (cells[index] === null ? 'null' : toJson(cells[index]!))).join(',')}}`;

function writerOf(type: number): JsonColumn['toJson'] {
  if (type === BOOLEAN) return (text) => String(text === 't');
  if (SMALL_NUMBERS.has(type)) return (text) => text;
  // Between its tokens alone JSON has ends of lines.
  if (JSONS.has(type)) return (text) => text.replace(/[\r\n]+/g, ' ');
  if (TIMESTAMPS.has(type)) return (text) => JSON.stringify(isoOf(text));
  return (text) => JSON.stringify(text);
}

const isoOf = (text: string): string =>
  text.replace(TIME, (_all, day, time, zone) => `${day}T${time}${zone ? 'Z' : ''}`);

/**
 * What is declared over and over (items, places, open orders) may come in any order: a message says when
 * it was so, or which version it is, and what is older does not win.
 */
import { instantOf } from './zone.ts';

/** By field, when what is known of it was so: `saidAsOf` of the message. */
export type Marks = Readonly<Record<string, string>>;

/** A moment, or `#` and the number of a version; '' where a message says neither. */
export function saidAsOf(data: object): string {
  const { changedAt, revision } = data as { changedAt?: string; revision?: string };
  if (revision !== undefined) return `#${revision.padStart(9, '0')}`;
  return changedAt === undefined ? '' : instantOf(changedAt);
}

export const isMoment = (mark: string): boolean => mark !== '' && !mark.startsWith('#');

/** What says neither wins by coming later; a moment and a version say nothing of each other. */
export const isOlder = (mark: string, known = ''): boolean =>
  mark !== '' && mark.startsWith('#') === known.startsWith('#') && mark < known;

/** Of a message the fields that are not older than what is known of each, and what is known then. */
export function newestOf<Data extends object>(
  data: Data,
  known: Marks = {},
): { said: Data; marks: Marks } {
  const mark = saidAsOf(data);
  const marks: Record<string, string> = { ...known };
  const isNewest = (key: string): boolean => {
    if (isOlder(mark, known[key])) return false;
    if (mark !== '') marks[key] = mark;
    return true;
  };
  const said: [string, unknown][] = [];
  for (const [field, value] of Object.entries(data)) {
    if (field === 'changedAt' || field === 'revision' || field === 'sku') continue;
    if (typeof value === 'object') {
      const names = Object.entries(value).filter(([name]) => isNewest(`${field}.${name}`));
      said.push([field, Object.fromEntries(names)]);
    } else if (isNewest(field)) said.push([field, value]);
  }
  return { said: Object.fromEntries(said) as Data, marks };
}

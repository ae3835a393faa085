/**
 * What a report can be asked, declared once: options of the command line, parameters of the HTTP
 * interface and fields of a flow's `query` are all read from text by these.
 */
import { readIdentifier } from '../identifier.ts';
import type { JsonSchema } from '../spec.ts';
import { isDay } from '../zone.ts';
import { isInstant } from './instants.ts';
import type { Query } from './Query.ts';
import { isRelativeDay, isRelativeMonth } from './relativeDays.ts';

export type QueryKey = Exclude<keyof Query, 'name'>;

export interface ReportParameter {
  /** Its name in a query and in a flow. */
  key: QueryKey;
  /** In the HTTP interface; options of the command line have hyphens for its capitals. */
  name: string;
  /** What stands for the value in a help text. */
  value: string;
  about: string;
  /** Of the text. */
  schema: JsonSchema;
  /** What a good value is, to end the sentence `… is not`. */
  shape: string;
  /** The value that a text stands for; undefined where it is none. */
  read(text: string): string | number | number[] | undefined;
  /** How a flow may count it from the day on which the report is written. */
  relative?: RelativeForm;
}

/** What `core/reports/relativeDays.ts` knows to count. */
interface RelativeForm {
  /** One, as an example. */
  example: string;
  is(text: string): boolean;
}

const MAX_CHARACTERS = 256;
const MAX_DAYS = 36_500;
const MAX_RANGES = 12;

/** What names something, taken as identifiers of messages are. */
const words = (key: QueryKey, name: string, value: string, about: string): ReportParameter => ({
  ...{ key, name, value, about },
  schema: { type: 'string', minLength: 1, maxLength: MAX_CHARACTERS },
  shape: `1 to ${MAX_CHARACTERS} characters that can be seen`,
  read(text) {
    const name = text.length <= MAX_CHARACTERS ? readIdentifier(text) : '';
    return typeof name === 'string' && name !== '' ? name : undefined;
  },
});

const instant = (key: QueryKey, about: string): ReportParameter => ({
  ...{ key, name: key, value: 'DATE', about },
  schema: { type: 'string', examples: ['2026-03-31', '2026-03-31T18:00:00Z'] },
  shape: 'a day such as 2026-10-31, or a time such as 2026-10-31T18:00:00Z',
  read: (text) => (isInstant(text) ? text : undefined),
  relative: { example: 'last of last month', is: isRelativeDay },
});

const oneOf = (
  key: QueryKey,
  value: string,
  about: string,
  choices: readonly string[],
): ReportParameter => ({
  ...{ key, name: key, value, about },
  schema: { type: 'string', enum: choices },
  shape: `one of ${choices.join(', ')}`,
  read: (text) => (choices.includes(text) ? text : undefined),
});

export const sku = words('sku', 'sku', 'SKU', 'Only this SKU.');
export const location = words(
  'place',
  'location',
  'CODE',
  'Only this location; virtual locations (supplier, customer, …) are shown only by name.',
);
export const document = words('document', 'document', 'NUMBER', 'Only entries of this document.');
export const partner = words(
  'partner',
  'partner',
  'CODE',
  'Only entries of documents of this partner.',
);
export const reference = words(
  'reference',
  'reference',
  'NUMBER',
  'Only what refers to this number: that of the purchase order, or of the original document.',
);
export const ofAccount = words(
  'account',
  'account',
  'ACCOUNT',
  'Only lines of this account: its number, or all of its name.',
);
export const ofLot = words('lot', 'lot', 'LOT', 'Only entries of this lot.');
export const ofAct = words(
  'act',
  'of',
  'WORD',
  'Only acts of this actor (`user:anna`), of this kind (`parked.dismissed`), or on this id.',
);
export const movedPlace = words(
  'place',
  'location',
  'CODE',
  'Only entries from or to this location, which may be a virtual one (supplier, customer, …).',
);
export const asOf = instant(
  'asOf',
  'Business time up to which movements count: to the end of a day (of `stock.zone`), or to a time. All when left out.',
);
export const knownAt = instant(
  'knownAt',
  'Only what was recorded by the end of this day (of `stock.zone`), or by this time; never in the future. All when left out.',
);
export const onlyRecordedAfter = instant(
  'recordedAfter',
  'Only what was recorded after the end of this day (of `stock.zone`), or after this time: what an answer known at it did not have.',
);
export const since = instant(
  'since',
  'Business time from which on movements count: from the start of a day (of `stock.zone`), or from a time.',
);
const month = (about: string): ReportParameter => ({
  ...{ key: 'period', name: 'period', value: 'MONTH', about },
  schema: { type: 'string', pattern: '^\\d{4}-\\d{2}$', examples: ['2026-03'] },
  shape: 'a month such as 2026-03',
  read: (text) => (isDay(`${text}-01`) ? text : undefined),
  relative: { example: 'last month', is: isRelativeMonth },
});
export const period = month(
  'Movements of this month (of `stock.zone`), in place of its first day and its last.',
);
export const closedPeriod = month('Month that is to be closed, in place of its last day.');
export const state = oneOf('state', 'STATE', 'Only reservations in this state.', [
  'pending',
  'committed',
  'voided',
  'expired',
  'failed',
]);

export const ofStatus = oneOf('status', 'STATUS', 'Only stock in this status.', [
  'available',
  'quarantine',
  'damaged',
]);

/** The first choice is what holds when it is left out. */
export const by = (about: string, choices: readonly string[]): ReportParameter =>
  oneOf('by', 'WHAT', `${about} Default: ${choices[0]}.`, choices);

export const days = (about: string): ReportParameter => ({
  ...{ key: 'days', name: 'days', value: 'N', about },
  schema: { type: 'integer', minimum: 1, maximum: MAX_DAYS },
  shape: `a whole number from 1 to ${MAX_DAYS}`,
  read(text) {
    const [number] = wholeNumbers(text) ?? [];
    return number !== undefined && number <= MAX_DAYS && !text.includes(',') ? number : undefined;
  },
});

export const ranges: ReportParameter = {
  ...{ key: 'ranges', name: 'ranges', value: 'DAYS' },
  about: 'Upper bounds of the ages in days. Default: 30,60,90.',
  schema: { type: 'string', pattern: '^\\d+(,\\d+)*$', default: '30,60,90' },
  shape: `up to ${MAX_RANGES} ascending numbers of days such as 30,60,90`,
  read(text) {
    const bounds = wholeNumbers(text);
    if (!bounds || bounds.length > MAX_RANGES || bounds.at(-1)! > MAX_DAYS) return undefined;
    return bounds.every((bound, index) => index === 0 || bound > bounds[index - 1]!)
      ? bounds
      : undefined;
  },
};

export const shares: ReportParameter = {
  ...{ key: 'shares', name: 'shares', value: 'PERCENTS' },
  about: 'Percentages of the value that the classes A, B and C make. Default: 80,15,5.',
  schema: { type: 'string', pattern: '^\\d+,\\d+,\\d+$', default: '80,15,5' },
  shape: 'three percentages that sum to 100, such as 80,15,5',
  read(text) {
    const parts = wholeNumbers(text);
    const sum = parts?.reduce((total, part) => total + part, 0);
    return parts?.length === 3 && sum === 100 ? parts : undefined;
  },
};

/** Positive whole numbers with commas between them. */
function wholeNumbers(text: string): number[] | undefined {
  if (!/^[1-9]\d{0,5}(,[1-9]\d{0,5})*$/.test(text)) return undefined;
  return text.split(',').map((part) => parseInt(part, 10));
}

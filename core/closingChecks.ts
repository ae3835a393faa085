/**
 * What is looked at before the books are closed. Each is refused or told, by policy; beside these, costs that
 * are being found anew are always refused.
 */
export const closingChecks = [
  'negative',
  'guessed',
  'uncosted',
  'unpriced',
  'returns',
  'parked',
  'transit',
] as const;
export type ClosingCheck = (typeof closingChecks)[number];
export type ClosingPolicy = Readonly<Partial<Record<ClosingCheck, 'refuse' | 'tell'>>>;

/** How many there are of each that there are some of. */
export type ToldCounts = Readonly<Partial<Record<ClosingCheck, number>>>;

/** What stands in the way of closing. */
export interface Standing {
  check: ClosingCheck;
  count: number;
  /** The first of them. */
  names: readonly string[];
}

/** What a look at the books before they are closed has found. */
export interface Found {
  standing: readonly Standing[];
  /** SKUs that wait to be costed anew, from a business time on. */
  waiting: readonly { sku: string; at: string }[];
}

const words: Readonly<Record<ClosingCheck, readonly [one: string, many: string]>> = {
  negative: ['cost pool below zero', 'cost pools below zero'],
  guessed: ['shortage at a guessed cost', 'shortages at a guessed cost'],
  uncosted: ['shortage at 0.00', 'shortages at 0.00'],
  unpriced: ['receipt without a price', 'receipts without a price'],
  returns: ['return that follows no document', 'returns that follow no document'],
  parked: ['parked document', 'parked documents'],
  transit: ['item in transit', 'items in transit'],
};

export const inWords = (check: ClosingCheck, count: number): string =>
  `${count} ${words[check][count === 1 ? 0 : 1]}`;

/** `2 cost pools below zero (TEA main, CUP shop), 1 parked document (SI-9)` */
export const standingInWords = (standing: readonly Standing[]): string =>
  standing
    .map(({ check, count, names }) => {
      const more = count > names.length ? ` and ${count - names.length} more` : '';
      return `${inWords(check, count)} (${names.join(', ')}${more})`;
    })
    .join(', ');

export const toldInWords = (told: ToldCounts = {}): string =>
  closingChecks.flatMap((check) => (told[check] ? inWords(check, told[check]) : [])).join(', ');

import { formatDecimal, formatFixed } from '../decimal.ts';
import { limits } from '../limits.ts';
import type { Books, LedgerFilter, RecordValue, ValuationRow } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import type { MovementClass, RolledMove } from './figures/rollForward.ts';
import { rolledMovesOf } from './figures/rollForward.ts';
import { momentBefore } from './instants.ts';
import { asOf, by, knownAt, onlyRecordedAfter, period, since, sku } from './parameters.ts';
import type { Query } from './Query.ts';
import type { ReportColumn, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, rare } from './ReportSpec.ts';
import { type SkuSource, skuPages } from './skuPages.ts';
import { noRows, valuationSource } from './sources.ts';

interface MovementColumn {
  of: MovementClass;
  title: string;
  about: string;
  isValueOnly?: boolean;
}

const movements: readonly MovementColumn[] = [
  { of: 'opened', title: 'Opened', about: 'Opening balances of these books.' },
  { of: 'received', title: 'Received', about: 'From suppliers.' },
  { of: 'returnedToSupplier', title: 'To supplier', about: 'Returned to suppliers.' },
  { of: 'issued', title: 'Issued', about: 'To customers.' },
  { of: 'returnedByCustomer', title: 'By customer', about: 'Returned by customers.' },
  { of: 'produced', title: 'Produced', about: 'Came out of production.' },
  { of: 'consumed', title: 'Consumed', about: 'Went into production.' },
  { of: 'transferred', title: 'Transferred', about: 'Between cost pools; of a SKU always 0.' },
  { of: 'adjusted', title: 'Adjusted', about: 'Gain, shrinkage and scrap, by counts too.' },
  { of: 'landed', title: 'Landed', about: 'Costs that came after the goods.', isValueOnly: true },
  {
    of: 'invoiced',
    title: 'Invoiced',
    about: 'What invoices said more of goods that were there.',
    isValueOnly: true,
  },
  {
    of: 'revalued',
    title: 'Revalued',
    about: 'Stated anew, or by a change of method.',
    isValueOnly: true,
  },
  {
    of: 'corrected',
    title: 'Corrected',
    about: 'Re-costs, true-ups and variances: what movements turned out to cost, at their dates.',
    isValueOnly: true,
  },
];

const quantityField = (of: string): string => `${of}Quantity`;
const valueField = (of: string): string => `${of}Value`;

const balanceColumns = (of: string, title: string, when: string): ReportColumn[] => [
  decimal(quantityField(of), title, `Quantity of our own stock ${when}.`),
  decimal(valueField(of), `${title} value`, `Its value, in \`currency\`; as \`valuation\` has it.`),
];

const columns: ReportColumn[] = [
  column('sku', 'SKU'),
  rare('pool', 'Pool', 'Only by pool.'),
  ...balanceColumns('opening', 'Opening', 'before the period'),
  ...movements.flatMap(({ of, title, about, isValueOnly = false }) => [
    ...(isValueOnly ? [] : [{ ...decimal(quantityField(of), title, about), isRare: true }]),
    { ...decimal(valueField(of), `${title} value`, `${about} Signed.`), isRare: true },
  ]),
  ...balanceColumns('closing', 'Closing', 'at the end of the period'),
  column('currency', ''),
];

const fieldsEnding = (end: string): string[] =>
  columns.map(({ field }) => field).filter((field) => field.endsWith(end));

export const rollForward: ReportSpec = {
  name: 'roll-forward',
  about:
    'Leads from the stock at one date to the stock at another, in quantity and value: opening, what moved by kinds of movement, closing.',
  parameters: [
    sku,
    by('A row for each SKU, or for each of its cost pools, between which transfers then show.', [
      'sku',
      'pool',
    ]),
    period,
    since,
    asOf,
    knownAt,
    onlyRecordedAfter,
  ],
  columns,
  totals: {
    amounts: fieldsEnding('Value'),
    quantities: fieldsEnding('Quantity'),
    by: 'pool',
  },
  none: 'There was nothing, and nothing moved.',
  examples: [
    'stockbus roll-forward --since 2026-03-01 --as-of 2026-03-31',
    'stockbus roll-forward --since 2026-03-01 --as-of 2026-03-31 --by pool --format csv',
  ],
  read({ store, policy }, query, page) {
    const isByPool = query.by === 'pool';
    return skuPages(
      {
        sources: {
          before: openingSource(store, query, query.knownAt),
          // Of what was recorded later, what the earlier knowledge had is no part.
          known:
            query.recordedAfter === undefined
              ? noRows<ValuationRow>()
              : openingSource(store, query, query.recordedAfter),
          moves: moveSource(
            store,
            filterOf(query, 'sku', 'since', 'asOf', 'knownAt', 'recordedAfter'),
          ),
        },
        shape(of, { before, known, moves }) {
          const pools = new Map<string, Roll>();
          const roll = (pool: string): Roll => {
            const key = isByPool ? pool : '';
            const known = pools.get(key) ?? new Roll();
            pools.set(key, known);
            return known;
          };
          for (const { pool, quantity, value } of before) roll(pool).open(quantity, value);
          for (const { pool, quantity, value } of known) roll(pool).open(-quantity, -value);
          for (const move of moves) roll(move.pool).move(move);
          return [...pools]
            .filter(([, each]) => !each.isNothing)
            .sort(([one], [other]) => (one < other ? -1 : 1))
            .map(([pool, each]) => ({ sku: of, pool, ...each.row(policy) }));
        },
      },
      page,
    );
  },
};

/** Of one pool, or of one SKU. */
class Roll {
  readonly #opening = { quantity: 0n, value: 0n };
  readonly #moved = new Map<MovementClass, { quantity: bigint; value: bigint }>();

  open(quantity: bigint, value: bigint): void {
    this.#opening.quantity += quantity;
    this.#opening.value += value;
  }

  move({ class: of, quantity, value }: RolledMove): void {
    const sum = this.#moved.get(of) ?? { quantity: 0n, value: 0n };
    sum.quantity += quantity;
    sum.value += value;
    this.#moved.set(of, sum);
  }

  get isNothing(): boolean {
    const sums = [this.#opening, ...this.#moved.values()];
    return sums.every(({ quantity, value }) => quantity === 0n && value === 0n);
  }

  row({ minorDigits, currency }: StockPolicy): RecordValue {
    const row: RecordValue = {};
    const closing = { ...this.#opening };
    const say = (of: string, { quantity, value }: typeof closing, isValueOnly = false): void => {
      if (!isValueOnly) row[quantityField(of)] = formatDecimal(quantity);
      row[valueField(of)] = formatFixed(value, minorDigits);
    };
    say('opening', this.#opening);
    for (const { of, isValueOnly } of movements) {
      const sum = this.#moved.get(of) ?? { quantity: 0n, value: 0n };
      say(of, sum, isValueOnly);
      closing.quantity += sum.quantity;
      closing.value += sum.value;
    }
    say('closing', closing);
    return { ...row, currency };
  }
}

/** Before the first moment of the period, as known at a moment; where there is none of them, nothing. */
function openingSource(
  store: Books,
  { sku: of, since: start }: Query,
  known: string | undefined,
): SkuSource<ValuationRow> {
  if (start === undefined) return noRows<ValuationRow>();
  return valuationSource(store, {
    asOf: momentBefore(start),
    ...(of === undefined ? {} : { sku: of }),
    ...(known === undefined ? {} : { knownAt: known }),
  });
}

interface SkuMove extends RolledMove {
  sku: string;
}

/** Movements, of each page of entries added up: of a SKU with a million entries few are held at a time. */
const moveSource = (store: Books, filter: LedgerFilter): SkuSource<SkuMove> => ({
  async fetch(page) {
    const limit = Math.max(page.limit, limits.pageRows);
    const { rows, ...rest } = await store.ledger(filter, { ...page, limit });
    const sums = new Map<string, SkuMove>();
    for (const entry of rows) {
      for (const move of rolledMovesOf(entry)) {
        const key = tupleKey(entry.sku, move.pool, move.class);
        const sum = sums.get(key);
        if (sum) {
          sum.quantity += move.quantity;
          sum.value += move.value;
        } else sums.set(key, { sku: entry.sku, ...move });
      }
    }
    return { rows: [...sums.values()], ...rest };
  },
  skuOf: ({ sku: of }) => of,
});

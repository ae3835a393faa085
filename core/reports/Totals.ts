/** Sums over the rows of a report, as exact as the rows are. */
import { formatDecimal, formatFixed, MICRO_DIGITS } from '../decimal.ts';
import { compareUtf8 } from '../order.ts';
import type { RecordValue } from '../ports.ts';

/** What is summed of a report. */
export interface ReportTotals {
  /** Fields in the currency of the books, which add up over everything. */
  amounts: readonly string[];
  /** Fields in units of the SKU: they add up within one SKU, and are not said of several. */
  quantities?: readonly string[];
  /** Each value of this field has a total of its own, too. */
  by?: string;
  /** Only these values have one, and the whole has none: their rows are alike, and others are not. */
  only?: readonly string[];
}

class Sum {
  readonly units = new Map<string, bigint>();
  /** Of its rows, as long as they are all of one. */
  #sku: unknown;
  isOfOneSku = true;
  count = 0;

  add(field: string, units: bigint): void {
    this.units.set(field, (this.units.get(field) ?? 0n) + units);
  }

  meet(sku: unknown): void {
    this.count += 1;
    this.#sku ??= sku;
    if (sku === undefined || sku !== this.#sku) this.isOfOneSku = false;
  }
}

export class Totals {
  readonly #spec: ReportTotals;
  readonly #minorDigits: number;
  readonly #whole = new Sum();
  readonly #groups = new Map<string, Sum>();
  #currency: RecordValue[string] = '';
  /** Rows that were added. */
  count = 0;

  constructor(spec: ReportTotals, minorDigits: number) {
    this.#spec = spec;
    this.#minorDigits = minorDigits;
  }

  add(rows: readonly RecordValue[]): void {
    for (const row of rows) this.#addOne(row);
  }

  #addOne(row: RecordValue): void {
    const { amounts, quantities = [], by } = this.#spec;
    const sums = by === undefined ? [this.#whole] : [this.#whole, this.#group(String(row[by]))];
    this.count += 1;
    this.#currency = row.currency!;
    for (const sum of sums) sum.meet(row.sku);
    for (const [fields, digits] of [
      [amounts, this.#minorDigits],
      [quantities, MICRO_DIGITS],
    ] as const) {
      for (const field of fields) {
        if (row[field] === '') continue;
        const units = unitsOf(String(row[field]), digits);
        for (const sum of sums) sum.add(field, units);
      }
    }
  }

  #group(name: string): Sum {
    const known = this.#groups.get(name);
    if (known) return known;
    const sum = new Sum();
    this.#groups.set(name, sum);
    return sum;
  }

  /** A row for each group where they say more than the rows do, and last one for all; none of nothing. */
  rows(): RecordValue[] {
    if (this.count === 0) return [];
    const { by = '', only } = this.#spec;
    if (only) {
      return only.flatMap((name): RecordValue[] => {
        const sum = this.#groups.get(name);
        return sum && sum.count > 1 ? [this.#row(sum, { [by]: name })] : [];
      });
    }
    const groups = [...this.#groups].sort(([one], [other]) => compareUtf8(one, other));
    const areSaid = groups.length > 1 && groups.length < this.count;
    return [
      ...(areSaid ? groups.map(([name, sum]) => this.#row(sum, { [by]: name })) : []),
      this.#row(this.#whole, {}),
    ];
  }

  #row(sum: Sum, of: RecordValue): RecordValue {
    const { amounts, quantities = [] } = this.#spec;
    const row: RecordValue = { ...of };
    if (sum.isOfOneSku) {
      for (const field of quantities) row[field] = formatDecimal(sum.units.get(field) ?? 0n);
    }
    for (const field of amounts) {
      const units = sum.units.get(field);
      if (units !== undefined) row[field] = formatFixed(units, this.#minorDigits);
    }
    return { ...row, currency: this.#currency };
  }
}

/** Of a decimal that a report wrote; a sum may have more digits than what is read from outside. */
function unitsOf(text: string, digits: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

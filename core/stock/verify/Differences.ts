import { formatDecimal, formatFixed } from '../../decimal.ts';

/** What was compared, as a stable name. */
export type VerifyCheck =
  | 'sequence'
  | 'recorded-at'
  | 'chain'
  | 'entry'
  | 'zero-sum'
  | 'head'
  | 'balance'
  | 'reserved'
  | 'pool'
  | 'layers'
  | 'cost'
  | 'checkpoint'
  | 'closing'
  | 'production'
  | 'journal'
  | 'inbox'
  | 'schema'
  | 'reservation'
  | 'period'
  | 'order'
  | 'place'
  | 'trail'
  | 'digest';

export interface Difference {
  sku: string;
  check: VerifyCheck;
  /** One sentence with the stored figure and the one that the ledger gives. */
  message: string;
}

/** A SKU with more differences than this is broken as a whole; the rest would only repeat it. */
const MAX_DIFFERENCES = 50;

/** How a difference is told, where not in decimals or not of the ledger. */
interface Wording {
  gives?: string;
  text?: (figure: bigint) => string;
}

/** Differences of one SKU, up to a bound. */
export class Differences {
  readonly sku: string;
  readonly list: Difference[] = [];
  readonly #minorDigits: number;

  constructor(sku: string, minorDigits: number) {
    this.sku = sku;
    this.#minorDigits = minorDigits;
  }

  readonly money = (value: bigint): string => formatFixed(value, this.#minorDigits);

  /** Two figures that should be one: `pool main holds 5, the ledger gives 7`. */
  compare(
    check: VerifyCheck,
    says: string,
    kept: bigint,
    wanted: bigint,
    { gives = 'the ledger gives', text = formatDecimal }: Wording = {},
  ): void {
    if (kept !== wanted) this.report(check, `${says} ${text(kept)}, ${gives} ${text(wanted)}`);
  }

  report(check: VerifyCheck, message: string): void {
    if (this.list.length < MAX_DIFFERENCES) this.list.push({ sku: this.sku, check, message });
  }
}

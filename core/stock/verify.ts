/**
 * Recomputes a SKU from its ledger entries alone and compares the result with what the store keeps
 * beside them: balances, cost pools, layers, the head. Pure, and its memory is bounded by the places
 * and pools of one SKU, whatever the number of its entries.
 */
import { formatDecimal, formatFixed } from '../decimal.ts';
import type { Balance, CostLayer, LedgerEntry, SkuHead, ValuationMethod } from '../ledger.ts';
import { isVirtual } from '../ledger.ts';

/** What was compared, as a stable name. */
export type VerifyCheck =
  | 'sequence'
  | 'recorded-at'
  | 'entry'
  | 'zero-sum'
  | 'head'
  | 'balance'
  | 'pool'
  | 'layers';

export interface Difference {
  sku: string;
  check: VerifyCheck;
  /** One sentence with the stored figure and the one that the ledger gives. */
  message: string;
}

/** A SKU with more differences than this is broken as a whole; the rest would only repeat it. */
const MAX_DIFFERENCES = 50;

const layeredMethods: readonly ValuationMethod[] = ['fifo'];

interface Sum {
  quantity: bigint;
  value: bigint;
}

interface Recomputed {
  onHand: bigint;
  /** `seq` of the last entry that touched it. */
  version: number;
}

/** Audits one SKU: give it all entries in the order of `seq`, all balances and layers, then `finish`. */
export class SkuAudit {
  readonly sku: string;
  readonly #minorDigits: number;
  readonly #differences: Difference[] = [];
  readonly #places = new Map<string, Recomputed>();
  readonly #pools = new Map<string, Sum>();
  readonly #layers = new Map<string, Sum>();
  readonly #storedBalances = new Set<string>();
  /** What lies in our own places by the stored balances, and outside by the entries. */
  #inside = 0n;
  #outside = 0n;
  #lastSeq = 0;
  #lastRecordedAt = '';

  constructor(sku: string, minorDigits: number) {
    this.sku = sku;
    this.#minorDigits = minorDigits;
  }

  entry(entry: LedgerEntry): void {
    if (entry.seq !== this.#lastSeq + 1) {
      const what =
        entry.seq === this.#lastSeq
          ? `entry ${entry.seq} is there twice`
          : `entry ${this.#lastSeq + 1} is missing, ${entry.seq} follows`;
      this.#report('sequence', what);
    }
    if (entry.recordedAt < this.#lastRecordedAt) {
      this.#report(
        'recorded-at',
        `entry ${entry.seq} was recorded at ${entry.recordedAt}, before the one in front of it (${this.#lastRecordedAt})`,
      );
    }
    this.#lastSeq = entry.seq;
    this.#lastRecordedAt = entry.recordedAt;
    this.#checkEntry(entry);
    this.#move(entry, entry.from, -entry.quantity);
    this.#move(entry, entry.to, entry.quantity);
    if (entry.fromPool) add(this.#pools, entry.fromPool, -entry.quantity, -entry.value);
    if (entry.toPool) add(this.#pools, entry.toPool, entry.quantity, entry.value);
  }

  #checkEntry(entry: LedgerEntry): void {
    const { seq, kind, quantity, from, to, fromPool, toPool } = entry;
    if (quantity < 0n) this.#report('entry', `entry ${seq} has a negative quantity`);
    if (kind === 'revalue' && quantity !== 0n) {
      this.#report('entry', `entry ${seq} is a revaluation and moves ${formatDecimal(quantity)}`);
    }
    if (from === to) this.#report('entry', `entry ${seq} goes from ${from} to the same place`);
    if (isVirtual(from) !== (fromPool === '') || isVirtual(to) !== (toPool === '')) {
      this.#report('entry', `entry ${seq} names a cost pool that does not go with its places`);
    }
  }

  #move({ seq, kind, lot, status }: LedgerEntry, place: string, by: bigint): void {
    if (isVirtual(place)) {
      this.#outside += by;
      return;
    }
    if (kind === 'revalue') return;
    const key = balanceKey(place, lot, status);
    const known = this.#places.get(key);
    if (!known) this.#places.set(key, { onHand: by, version: seq });
    else Object.assign(known, { onHand: known.onHand + by, version: seq });
  }

  balance(balance: Balance): void {
    if (isVirtual(balance.place)) return;
    const key = balanceKey(balance.place, balance.lot, balance.status);
    const name = balanceName(key);
    if (this.#storedBalances.has(key)) this.#report('balance', `balance ${name} is there twice`);
    this.#storedBalances.add(key);
    this.#inside += balance.onHand;
    const { onHand, version } = this.#places.get(key) ?? { onHand: 0n, version: 0 };
    if (balance.onHand !== onHand) {
      this.#report(
        'balance',
        `balance ${name} is ${formatDecimal(balance.onHand)}, the ledger gives ${formatDecimal(onHand)}`,
      );
    }
    if (balance.version !== version) {
      this.#report(
        'balance',
        `balance ${name} has version ${balance.version}, entry ${version} was the last to change it`,
      );
    }
    if (balance.reserved < 0n) this.#report('balance', `balance ${name} has less than 0 reserved`);
  }

  layer(layer: CostLayer): void {
    if (layer.quantity <= 0n) {
      this.#report(
        'layers',
        `layer ${layer.seq}.${layer.part} of pool ${layer.pool} holds ${formatDecimal(layer.quantity)}`,
      );
    }
    if (layer.seq > this.#lastSeq || layer.seq < 1) {
      this.#report(
        'layers',
        `layer ${layer.seq}.${layer.part} of pool ${layer.pool} comes from an entry that is not there`,
      );
    }
    add(this.#layers, layer.pool, layer.quantity, layer.value);
  }

  /** All differences of this SKU; none when the books are right. */
  finish(head: SkuHead | undefined): Difference[] {
    for (const [key, { onHand }] of this.#places) {
      if (this.#storedBalances.has(key)) continue;
      this.#report(
        'balance',
        `balance ${balanceName(key)} is missing, the ledger gives ${formatDecimal(onHand)}`,
      );
    }
    if (this.#inside + this.#outside !== 0n) {
      this.#report(
        'zero-sum',
        `all places together hold ${formatDecimal(this.#inside + this.#outside)} instead of 0`,
      );
    }
    this.#checkHead(head);
    return this.#differences;
  }

  #checkHead(head: SkuHead | undefined): void {
    if (!head) {
      this.#report('head', 'there is no head for this SKU');
      return;
    }
    if (head.seq !== this.#lastSeq) {
      this.#report('head', `the head says ${head.seq} entries, the ledger has ${this.#lastSeq}`);
    }
    if (this.#lastSeq > 0 && head.recordedAt !== this.#lastRecordedAt) {
      this.#report(
        'head',
        `the head was last changed at ${head.recordedAt}, the last entry is of ${this.#lastRecordedAt}`,
      );
    }
    const pools = new Map(head.pools.map((pool) => [pool.pool, pool]));
    for (const name of new Set([...this.#pools.keys(), ...this.#layers.keys(), ...pools.keys()])) {
      this.#checkPool(name, pools.get(name));
    }
  }

  #checkPool(name: string, stored: SkuHead['pools'][number] | undefined): void {
    const ledger = this.#pools.get(name) ?? { quantity: 0n, value: 0n };
    const pool = stored ?? { quantity: 0n, value: 0n, method: undefined };
    if (pool.quantity !== ledger.quantity) {
      this.#report(
        'pool',
        `pool ${name} holds ${formatDecimal(pool.quantity)}, the ledger gives ${formatDecimal(ledger.quantity)}`,
      );
    }
    if (pool.value !== ledger.value) {
      this.#report(
        'pool',
        `pool ${name} is worth ${this.#money(pool.value)}, the ledger gives ${this.#money(ledger.value)}`,
      );
    }
    if (pool.quantity === 0n && pool.value !== 0n) {
      this.#report(
        'pool',
        `pool ${name} is worth ${this.#money(pool.value)} and holds no quantity`,
      );
    }
    const layers = this.#layers.get(name) ?? { quantity: 0n, value: 0n };
    const layered = pool.method !== undefined && layeredMethods.includes(pool.method);
    const expected = layered && pool.quantity > 0n ? pool : { quantity: 0n, value: 0n };
    if (layers.quantity !== expected.quantity || layers.value !== expected.value) {
      this.#report(
        'layers',
        `the layers of pool ${name} hold ${formatDecimal(layers.quantity)} worth ${this.#money(layers.value)}, the pool ${formatDecimal(expected.quantity)} worth ${this.#money(expected.value)}`,
      );
    }
  }

  #money(value: bigint): string {
    return formatFixed(value, this.#minorDigits);
  }

  #report(check: VerifyCheck, message: string): void {
    if (this.#differences.length < MAX_DIFFERENCES) {
      this.#differences.push({ sku: this.sku, check, message });
    }
  }
}

const balanceKey = (place: string, lot: string, status: string): string =>
  `${place}\u0000${lot}\u0000${status}`;

/** `BER, lot L7, damaged`; lot and status only where they are not the usual ones. */
function balanceName(key: string): string {
  const [place, lot, status] = key.split('\u0000');
  return `${place}${lot ? `, lot ${lot}` : ''}${status === 'available' ? '' : `, ${status}`}`;
}

function add(sums: Map<string, Sum>, name: string, quantity: bigint, value: bigint): void {
  const sum = sums.get(name);
  if (!sum) sums.set(name, { quantity, value });
  else {
    sum.quantity += quantity;
    sum.value += value;
  }
}

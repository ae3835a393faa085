import { formatDecimal, formatFixed } from '../../decimal.ts';
import { keyOfBalance } from '../../keyOfBalance.ts';
import type { Balance, LedgerEntry, SkuHead } from '../../ledger.ts';
import { isOutside } from '../../ledger.ts';
import { partsOfKey, tupleKey } from '../../tupleKey.ts';
import type { Differences, VerifyCheck } from './Differences.ts';

/** Names where something is reserved: a place (and lot), or a pool. */
export const reservedKey = (place: string, lot: string, pool: string): string =>
  tupleKey(place, lot, pool);

interface Recomputed {
  onHand: bigint;
  /** `seq` of the last entry that touched it. */
  version: number;
}

/** What the entries of one SKU leave in places and pools, beside what the store keeps of them. */
export class BalanceAudit {
  readonly #differences: Differences;
  readonly #minorDigits: number;
  readonly #places = new Map<string, Recomputed>();
  readonly #pools = new Map<string, { quantity: bigint; value: bigint }>();
  readonly #storedBalances = new Set<string>();
  readonly #reserved: ReadonlyMap<string, bigint>;
  /** What lies in our own places by the stored balances, and outside by the entries. */
  #inside = 0n;
  #outside = 0n;

  /** `reserved` is what pending reservations hold, by `reservedKey`. */
  constructor(
    differences: Differences,
    minorDigits: number,
    reserved: ReadonlyMap<string, bigint>,
  ) {
    this.#differences = differences;
    this.#minorDigits = minorDigits;
    this.#reserved = reserved;
  }

  entry(entry: LedgerEntry): void {
    this.#move(entry, entry.from, entry.status, -entry.quantity);
    this.#move(entry, entry.to, entry.toStatus ?? entry.status, entry.quantity);
    if (entry.fromPool) this.#add(entry.fromPool, -entry.quantity, -entry.value);
    if (entry.toPool) this.#add(entry.toPool, entry.quantity, entry.value);
  }

  #move(entry: LedgerEntry, place: string, status: string, by: bigint): void {
    if (by === 0n) return;
    if (isOutside(place)) {
      this.#outside += by;
      return;
    }
    const key = keyOfBalance({ place, lot: entry.lot, status, owner: entry.owner });
    const known = this.#places.get(key);
    if (!known) this.#places.set(key, { onHand: by, version: entry.seq });
    else {
      known.onHand += by;
      known.version = entry.seq;
    }
  }

  #add(name: string, quantity: bigint, value: bigint): void {
    const sum = this.#pools.get(name);
    if (!sum) this.#pools.set(name, { quantity, value });
    else {
      sum.quantity += quantity;
      sum.value += value;
    }
  }

  balance(balance: Balance): void {
    const { place, lot, status, owner, onHand, version } = balance;
    if (isOutside(place)) return;
    const key = keyOfBalance(balance);
    const name = balanceName(key);
    if (this.#storedBalances.has(key)) this.#report('balance', `balance ${name} is there twice`);
    this.#storedBalances.add(key);
    this.#inside += onHand;
    const ledger = this.#places.get(key) ?? { onHand: 0n, version: 0 };
    if (onHand !== ledger.onHand) {
      this.#report(
        'balance',
        `balance ${name} is ${formatDecimal(onHand)}, the ledger gives ${formatDecimal(ledger.onHand)}`,
      );
    }
    if (version !== ledger.version) {
      this.#report(
        'balance',
        `balance ${name} has version ${version}, entry ${ledger.version} was the last to change it`,
      );
    }
    const isHeld = status === 'available' && owner === '';
    this.#checkReserved(name, balance.reserved, isHeld ? reservedKey(place, lot, '') : '');
  }

  #checkReserved(name: string, stored: bigint, key: string): void {
    const held = this.#reserved.get(key) ?? 0n;
    if (stored === held) return;
    this.#report(
      'reserved',
      `${formatDecimal(stored)} is reserved of ${name}, the open reservations hold ${formatDecimal(held)}`,
    );
  }

  finish(head: SkuHead): void {
    for (const [key, { onHand }] of this.#places) {
      const [, lot] = partsOfKey(key);
      // A lot that is all gone leaves the books.
      if (this.#storedBalances.has(key) || (onHand === 0n && lot !== '')) continue;
      this.#report(
        'balance',
        `balance ${balanceName(key)} is missing, the ledger gives ${formatDecimal(onHand)}`,
      );
    }
    for (const [key, held] of this.#reserved) {
      const [place = '', lot = '', pool] = partsOfKey(key);
      const of = keyOfBalance({ place, lot, status: 'available', owner: '' });
      if (pool || held === 0n || this.#storedBalances.has(of)) continue;
      this.#checkReserved(balanceName(of), 0n, key);
    }
    if (this.#inside + this.#outside !== 0n) {
      this.#report(
        'zero-sum',
        `all places together hold ${formatDecimal(this.#inside + this.#outside)} instead of 0`,
      );
    }
    this.#checkPools(head);
  }

  #checkPools({ pools, item, recost }: SkuHead): void {
    const stored = new Map(pools.map((pool) => [pool.pool, pool]));
    // One lot may be short while another is there; and values that wait are not final.
    const mayBeWorth = item?.valuation === 'lot' || recost !== undefined;
    for (const name of new Set([...this.#pools.keys(), ...stored.keys()])) {
      this.#checkPool(name, stored.get(name), mayBeWorth);
    }
  }

  #checkPool(
    name: string,
    stored: SkuHead['pools'][number] | undefined,
    mayBeWorth: boolean,
  ): void {
    const ledger = this.#pools.get(name) ?? { quantity: 0n, value: 0n };
    const { quantity, value, reserved } = stored ?? { quantity: 0n, value: 0n, reserved: 0n };
    if (quantity !== ledger.quantity) {
      this.#report(
        'pool',
        `pool ${name} holds ${formatDecimal(quantity)}, the ledger gives ${formatDecimal(ledger.quantity)}`,
      );
    }
    if (value !== ledger.value) {
      this.#report(
        'pool',
        `pool ${name} is worth ${this.#money(value)}, the ledger gives ${this.#money(ledger.value)}`,
      );
    }
    if (quantity === 0n && value !== 0n && !mayBeWorth) {
      this.#report('pool', `pool ${name} is worth ${this.#money(value)} and holds no quantity`);
    }
    this.#checkReserved(`pool ${name}`, reserved, reservedKey('', '', name));
  }

  #money(value: bigint): string {
    return formatFixed(value, this.#minorDigits);
  }

  #report(check: VerifyCheck, message: string): void {
    this.#differences.report(check, message);
  }
}

/** `BER, lot L7, damaged, of V-1`; the rest only where it is not the usual. */
function balanceName(key: string): string {
  const [place, lot, status, owner] = partsOfKey(key);
  const parts = [
    place,
    lot && `lot ${lot}`,
    status !== 'available' && status,
    owner && `of ${owner}`,
  ];
  return parts.filter(Boolean).join(', ');
}

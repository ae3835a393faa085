import { formatDecimal } from '../../decimal.ts';
import { keyOfBalance } from '../../keyOfBalance.ts';
import type { Balance, CostPool, LedgerEntry, SkuHead, Status } from '../../ledger.ts';
import { isOutside } from '../../ledger.ts';
import { partsOfKey, tupleKey } from '../../tupleKey.ts';
import type { Differences } from './Differences.ts';

/** Names where something is reserved: a place (and lot), or a pool. */
export const reservedKey = (place: string, lot: string, pool: string): string =>
  tupleKey(place, lot, pool);

type Held = Pick<Balance, 'onHand' | 'version'>;

/** What the entries of one SKU leave in places and pools, beside what the store keeps of them. */
export class BalanceAudit {
  readonly #differences: Differences;
  /** `version` is the `seq` of the last entry that touched it. */
  readonly #places = new Map<string, Held>();
  /** Of these by place alone what is available, ours and of no lot, as most is. */
  readonly #plain = new Map<string, Held>();
  readonly #pools = new Map<string, Pick<CostPool, 'quantity' | 'value'>>();
  readonly #storedBalances = new Set<string>();
  readonly #reserved: ReadonlyMap<string, bigint>;
  /** What lies in our own places by the stored balances, and outside by the entries. */
  #inside = 0n;
  #outside = 0n;

  /** `reserved` is what pending reservations hold, by `reservedKey`. */
  constructor(differences: Differences, reserved: ReadonlyMap<string, bigint>) {
    this.#differences = differences;
    this.#reserved = reserved;
  }

  entry(entry: LedgerEntry): void {
    const { quantity, value, status, toStatus = status } = entry;
    const less = -quantity;
    this.#move(entry, entry.from, status, less);
    this.#move(entry, entry.to, toStatus, quantity);
    if (entry.fromPool) this.#add(entry.fromPool, less, -value);
    if (entry.toPool) this.#add(entry.toPool, quantity, value);
  }

  #move(entry: LedgerEntry, place: string, status: Status, by: bigint): void {
    if (by === 0n) return;
    if (isOutside(place)) {
      this.#outside += by;
      return;
    }
    const held = this.#heldAt(place, entry.lot, status, entry.owner);
    held.onHand += by;
    held.version = entry.seq;
  }

  #heldAt(place: string, lot: string, status: Status, owner: string): Held {
    const isPlain = lot === '' && owner === '' && status === 'available';
    const plain = isPlain ? this.#plain.get(place) : undefined;
    if (plain) return plain;
    const key = keyOfBalance({ place, lot, status, owner });
    const held = this.#places.get(key) ?? { onHand: 0n, version: 0 };
    this.#places.set(key, held);
    if (isPlain) this.#plain.set(place, held);
    return held;
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
    if (this.#storedBalances.has(key)) this.#report(`balance ${name} is there twice`);
    this.#storedBalances.add(key);
    this.#inside += onHand;
    const ledger = this.#places.get(key) ?? { onHand: 0n, version: 0 };
    this.#differences.compare('balance', `balance ${name} is`, onHand, ledger.onHand);
    if (version !== ledger.version) {
      const last = `entry ${ledger.version} was the last to change it`;
      this.#report(`balance ${name} has version ${version}, ${last}`);
    }
    const isHeld = status === 'available' && owner === '';
    this.#checkReserved(name, balance.reserved, isHeld ? reservedKey(place, lot, '') : '');
  }

  #checkReserved(name: string, stored: bigint, key: string): void {
    const held = this.#reserved.get(key) ?? 0n;
    if (stored === held) return;
    const holds = `the open reservations hold ${formatDecimal(held)}`;
    this.#differences.report(
      'reserved',
      `${formatDecimal(stored)} is reserved of ${name}, ${holds}`,
    );
  }

  finish(head: SkuHead): void {
    for (const [key, { onHand }] of this.#places) {
      const [, lot] = partsOfKey(key);
      // A lot that is all gone leaves the books.
      if (this.#storedBalances.has(key) || (onHand === 0n && lot !== '')) continue;
      const gives = `the ledger gives ${formatDecimal(onHand)}`;
      this.#report(`balance ${balanceName(key)} is missing, ${gives}`);
    }
    for (const [key, held] of this.#reserved) {
      const [place = '', lot = '', pool] = partsOfKey(key);
      const of = keyOfBalance({ place, lot, status: 'available', owner: '' });
      if (pool || held === 0n || this.#storedBalances.has(of)) continue;
      this.#checkReserved(balanceName(of), 0n, key);
    }
    const all = this.#inside + this.#outside;
    if (all !== 0n) {
      const what = `all places together hold ${formatDecimal(all)} instead of 0`;
      this.#differences.report('zero-sum', what);
    }
    this.#checkPools(head);
  }

  #checkPools({ pools, item, recost }: SkuHead): void {
    const stored = new Map(pools.map((pool) => [pool.pool, pool]));
    // One lot may be short while another is there; and values that wait are not final.
    const mayBeWorth = item?.valuation === 'lot' || recost !== undefined;
    const nothing = { quantity: 0n, value: 0n, reserved: 0n };
    const differences = this.#differences;
    const { money } = differences;
    for (const name of new Set([...this.#pools.keys(), ...stored.keys()])) {
      const ledger = this.#pools.get(name) ?? nothing;
      const { quantity, value, reserved } = stored.get(name) ?? nothing;
      differences.compare('pool', `pool ${name} holds`, quantity, ledger.quantity);
      differences.compare('pool', `pool ${name} is worth`, value, ledger.value, { text: money });
      if (quantity === 0n && value !== 0n && !mayBeWorth) {
        differences.report('pool', `pool ${name} is worth ${money(value)} and holds no quantity`);
      }
      this.#checkReserved(`pool ${name}`, reserved, reservedKey('', '', name));
    }
  }

  #report(message: string): void {
    this.#differences.report('balance', message);
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

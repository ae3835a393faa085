/**
 * Recomputes a SKU from its ledger entries alone and compares the result with what the store keeps
 * beside them: balances, reservations, pools, the head, the chain of hashes. What stock costs is
 * recomputed by `verify/CostAudit`. Pure; its memory is bounded by the places, pools and layers of one
 * SKU, and by `entriesKept`.
 */
import { formatDecimal, formatFixed } from '../decimal.ts';
import type { Balance, CostLayer, LedgerEntry, SkuHead } from '../ledger.ts';
import { derivedKinds, isOutside } from '../ledger.ts';
import { hashEntry } from './hashEntry.ts';

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
  | 'production'
  | 'digest';

export interface Difference {
  sku: string;
  check: VerifyCheck;
  /** One sentence with the stored figure and the one that the ledger gives. */
  message: string;
}

/** A SKU with more differences than this is broken as a whole; the rest would only repeat it. */
const MAX_DIFFERENCES = 50;

/** Entries of one SKU that are kept, so that the ledger need not be read twice. */
export const entriesKept = 100_000;

/** Differences of one SKU, up to a bound. */
export class Differences {
  readonly sku: string;
  readonly list: Difference[] = [];

  constructor(sku: string) {
    this.sku = sku;
  }

  report(check: VerifyCheck, message: string): void {
    if (this.list.length < MAX_DIFFERENCES) this.list.push({ sku: this.sku, check, message });
  }
}

/** Names where something is reserved: a place (and lot), or a pool. */
export const reservedKey = (place: string, lot: string, pool: string): string =>
  `${place}\u0000${lot}\u0000${pool}`;

interface Recomputed {
  onHand: bigint;
  /** `seq` of the last entry that touched it. */
  version: number;
}

/** Audits one SKU: give it all entries in the order of `seq`, all balances and layers, then `finish`. */
export class SkuAudit {
  readonly sku: string;
  readonly differences: Differences;
  /** Stored layers, for the audit of costs. */
  readonly layers: CostLayer[] = [];
  /** Documents that returns refer to. */
  readonly references = new Set<string>();
  /** All entries, unless there are more than `entriesKept`: then they are to be read again. */
  entries: LedgerEntry[] | undefined = [];
  /** Entries by business day, for reading them again in parts. */
  readonly days = new Map<string, number>();
  /** Hash of the last entry recorded up to the moment asked for. */
  hashThen = '';
  seqThen = 0;
  readonly #minorDigits: number;
  readonly #knownAt: string;
  readonly #places = new Map<string, Recomputed>();
  readonly #pools = new Map<string, { quantity: bigint; value: bigint }>();
  readonly #storedBalances = new Set<string>();
  readonly #reserved: ReadonlyMap<string, bigint>;
  /** What lies in our own places by the stored balances, and outside by the entries. */
  #inside = 0n;
  #outside = 0n;
  #lastSeq = 0;
  #lastHash = '';
  #lastRecordedAt = '';
  #latestAt = '';

  /** `reserved` is what pending reservations hold, by `reservedKey`. */
  constructor(
    sku: string,
    minorDigits: number,
    reserved: ReadonlyMap<string, bigint> = new Map(),
    knownAt = '',
  ) {
    this.sku = sku;
    this.differences = new Differences(sku);
    this.#minorDigits = minorDigits;
    this.#reserved = reserved;
    this.#knownAt = knownAt;
  }

  get seq(): number {
    return this.#lastSeq;
  }

  entry(entry: LedgerEntry): void {
    this.#checkChain(entry);
    this.#checkEntry(entry);
    this.#move(entry, entry.from, entry.status, -entry.quantity);
    this.#move(entry, entry.to, entry.toStatus ?? entry.status, entry.quantity);
    if (entry.fromPool) this.#add(entry.fromPool, -entry.quantity, -entry.value);
    if (entry.toPool) this.#add(entry.toPool, entry.quantity, entry.value);
    if (entry.at > this.#latestAt) this.#latestAt = entry.at;
    if (entry.kind === 'return' && entry.reference) this.references.add(entry.reference);
    this.#keep(entry);
  }

  #checkChain(entry: LedgerEntry): void {
    const { seq, recordedAt, hash } = entry;
    if (seq !== this.#lastSeq + 1) {
      const what =
        seq === this.#lastSeq
          ? `entry ${seq} is there twice`
          : `entry ${this.#lastSeq + 1} is missing, ${seq} follows`;
      this.#report('sequence', what);
    } else if (hashEntry(entry, this.#lastHash) !== hash) {
      this.#report(
        'chain',
        `entry ${seq} does not have the hash of what it says and of those before`,
      );
    }
    if (recordedAt < this.#lastRecordedAt) {
      this.#report(
        'recorded-at',
        `entry ${seq} was recorded at ${recordedAt}, before the one in front of it (${this.#lastRecordedAt})`,
      );
    }
    this.#lastSeq = seq;
    this.#lastHash = hash;
    this.#lastRecordedAt = recordedAt;
    if (this.#knownAt === '' || recordedAt <= this.#knownAt) {
      this.hashThen = hash;
      this.seqThen = seq;
    }
  }

  #checkEntry(entry: LedgerEntry): void {
    const { seq, kind, quantity, value, from, to, fromPool, toPool, corrects, by } = entry;
    const isDerived = (derivedKinds as readonly string[]).includes(kind);
    if (quantity < 0n) this.#report('entry', `entry ${seq} has a negative quantity`);
    if (isDerived !== (corrects !== undefined) || isDerived !== (by !== undefined)) {
      const what = isDerived ? 'does not say which fact it corrects' : 'corrects another';
      this.#report('entry', `entry ${seq} is of kind ${kind} and ${what}`);
    }
    if ((corrects ?? 0) >= seq || (by ?? 0) >= seq) {
      this.#report('entry', `entry ${seq} corrects one that comes after it`);
    }
    if (isDerived && kind !== 'cancel' && kind !== 'recount' && quantity !== 0n) {
      this.#report('entry', `entry ${seq} moves value alone and ${formatDecimal(quantity)}`);
    }
    if (quantity !== 0n && from === to && entry.toStatus === undefined) {
      this.#report('entry', `entry ${seq} goes from ${from} to the same place`);
    }
    if ((isOutside(from) && fromPool !== '') || (isOutside(to) && toPool !== '')) {
      this.#report('entry', `entry ${seq} names a cost pool that does not go with its places`);
    }
    if (value !== 0n && fromPool !== '' && fromPool === toPool) {
      this.#report('entry', `entry ${seq} moves ${this.#money(value)} inside of pool ${toPool}`);
    }
    if (value !== 0n && entry.owner !== '') {
      this.#report('entry', `entry ${seq} gives stock of ${entry.owner} a value`);
    }
  }

  #move(entry: LedgerEntry, place: string, status: string, by: bigint): void {
    if (by === 0n) return;
    if (isOutside(place)) {
      this.#outside += by;
      return;
    }
    const key = balanceKey(place, entry.lot, status, entry.owner);
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

  #keep(entry: LedgerEntry): void {
    const day = entry.at.slice(0, 10);
    this.days.set(day, (this.days.get(day) ?? 0) + 1);
    this.entries?.push(entry);
    if (this.entries && this.entries.length > entriesKept) this.entries = undefined;
  }

  balance(balance: Balance): void {
    const { place, lot, status, owner, onHand, version } = balance;
    if (isOutside(place)) return;
    const key = balanceKey(place, lot, status, owner);
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
    // Reserving raises it too, to that of the SKU's last entry at the time.
    if (version < ledger.version || version > this.#lastSeq) {
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

  layer(layer: CostLayer): void {
    this.layers.push(layer);
  }

  /** Compares what is left to compare once everything was given; the head is undefined where none is. */
  finish(head: SkuHead | undefined): void {
    for (const [key, { onHand }] of this.#places) {
      if (this.#storedBalances.has(key)) continue;
      this.#report(
        'balance',
        `balance ${balanceName(key)} is missing, the ledger gives ${formatDecimal(onHand)}`,
      );
    }
    for (const [key, held] of this.#reserved) {
      const [place = '', lot = '', pool] = key.split('\u0000');
      if (
        pool ||
        held === 0n ||
        this.#storedBalances.has(balanceKey(place, lot, 'available', ''))
      ) {
        continue;
      }
      this.#checkReserved(balanceName(balanceKey(place, lot, 'available', '')), 0n, key);
    }
    if (this.#inside + this.#outside !== 0n) {
      this.#report(
        'zero-sum',
        `all places together hold ${formatDecimal(this.#inside + this.#outside)} instead of 0`,
      );
    }
    this.#checkHead(head);
  }

  #checkHead(head: SkuHead | undefined): void {
    if (!head) {
      this.#report('head', 'there is no head for this SKU');
      return;
    }
    if (head.seq !== this.#lastSeq) {
      this.#report('head', `the head says ${head.seq} entries, the ledger has ${this.#lastSeq}`);
    }
    const expected = {
      recordedAt: this.#lastRecordedAt,
      hash: this.#lastHash,
      latestAt: this.#latestAt,
    };
    for (const field of ['recordedAt', 'hash', 'latestAt'] as const) {
      if (head[field] === expected[field]) continue;
      this.#report(
        'head',
        `the head says ${field} ${head[field]}, the ledger gives ${expected[field]}`,
      );
    }
    if (head.checkpointSeq > head.seq) {
      this.#report('head', `the last checkpoint is said to be at entry ${head.checkpointSeq}`);
    }
    const pools = new Map(head.pools.map((pool) => [pool.pool, pool]));
    for (const name of new Set([...this.#pools.keys(), ...pools.keys()])) {
      this.#checkPool(name, pools.get(name));
    }
  }

  #checkPool(name: string, stored: SkuHead['pools'][number] | undefined): void {
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
    if (quantity === 0n && value !== 0n) {
      this.#report('pool', `pool ${name} is worth ${this.#money(value)} and holds no quantity`);
    }
    this.#checkReserved(`pool ${name}`, reserved, reservedKey('', '', name));
  }

  #money(value: bigint): string {
    return formatFixed(value, this.#minorDigits);
  }

  #report(check: VerifyCheck, message: string): void {
    this.differences.report(check, message);
  }
}

const balanceKey = (place: string, lot: string, status: string, owner: string): string =>
  `${place}\u0000${lot}\u0000${status}\u0000${owner}`;

/** `BER, lot L7, damaged, of V-1`; the rest only where it is not the usual. */
function balanceName(key: string): string {
  const [place, lot, status, owner] = key.split('\u0000');
  const parts = [
    place,
    lot && `lot ${lot}`,
    status !== 'available' && status,
    owner && `of ${owner}`,
  ];
  return parts.filter(Boolean).join(', ');
}

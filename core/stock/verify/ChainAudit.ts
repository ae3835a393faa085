import { formatDecimal, formatFixed } from '../../decimal.ts';
import type { LedgerEntry, SkuHead } from '../../ledger.ts';
import { derivedKinds, isOutside } from '../../ledger.ts';
import { hashEntry } from '../hashEntry.ts';
import type { Differences, VerifyCheck } from './Differences.ts';

/** The entries of one SKU by themselves: their numbers, times and hashes, and what each may say. */
export class ChainAudit {
  /** Of the last entry recorded up to the moment asked for. */
  known = { seq: 0, hash: '' };
  readonly #differences: Differences;
  readonly #minorDigits: number;
  readonly #knownAt: string;
  #last = { seq: 0, hash: '', recordedAt: '' };
  #latestAt = '';

  /** `knownAt`: '' for all. */
  constructor(differences: Differences, minorDigits: number, knownAt: string) {
    this.#differences = differences;
    this.#minorDigits = minorDigits;
    this.#knownAt = knownAt;
  }

  get seq(): number {
    return this.#last.seq;
  }

  entry(entry: LedgerEntry): void {
    this.#checkChain(entry);
    this.#checkKind(entry);
    this.#checkWay(entry);
    if (entry.at > this.#latestAt) this.#latestAt = entry.at;
  }

  #checkChain(entry: LedgerEntry): void {
    const { seq, recordedAt, hash } = entry;
    const { seq: lastSeq, hash: lastHash, recordedAt: lastRecordedAt } = this.#last;
    if (seq !== lastSeq + 1) {
      const what =
        seq === lastSeq
          ? `entry ${seq} is there twice`
          : `entry ${lastSeq + 1} is missing, ${seq} follows`;
      this.#report('sequence', what);
    } else if (hashEntry(entry, lastHash) !== hash) {
      const what = `entry ${seq} does not have the hash of what it and those before it say`;
      this.#report('chain', what);
    }
    if (recordedAt < lastRecordedAt) {
      const what = `before the one in front of it (${lastRecordedAt})`;
      this.#report('recorded-at', `entry ${seq} was recorded at ${recordedAt}, ${what}`);
    }
    this.#last = { seq, hash, recordedAt };
    if (this.#knownAt === '' || recordedAt <= this.#knownAt) this.known = { seq, hash };
  }

  #checkKind({ seq, kind, quantity, corrects, by }: LedgerEntry): void {
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
  }

  #checkWay(entry: LedgerEntry): void {
    const { seq, quantity, value, from, to, fromPool, toPool, owner } = entry;
    if (quantity !== 0n && from === to && entry.toStatus === undefined) {
      this.#report('entry', `entry ${seq} goes from ${from} to the same place`);
    }
    if ((isOutside(from) && fromPool !== '') || (isOutside(to) && toPool !== '')) {
      this.#report('entry', `entry ${seq} names a cost pool that does not go with its places`);
    }
    if (value === 0n) return;
    const money = formatFixed(value, this.#minorDigits);
    if (fromPool !== '' && fromPool === toPool) {
      this.#report('entry', `entry ${seq} moves ${money} inside of pool ${toPool}`);
    }
    // A cost of theirs that we bear is an expense; stock of theirs has no value.
    if (owner !== '' && (fromPool !== '' || toPool !== '')) {
      this.#report('entry', `entry ${seq} gives ${money} to stock of ${owner}`);
    }
  }

  finish(head: SkuHead): void {
    const { seq, hash, recordedAt } = this.#last;
    if (head.seq !== seq) {
      this.#report('head', `the head says ${head.seq} entries, the ledger has ${seq}`);
    }
    const expected = { recordedAt, hash, latestAt: this.#latestAt };
    for (const field of ['recordedAt', 'hash', 'latestAt'] as const) {
      if (head[field] === expected[field] || seq === 0) continue;
      const what = `the head says ${field} ${head[field]}, the ledger gives ${expected[field]}`;
      this.#report('head', what);
    }
    if (head.checkpointSeq > head.seq) {
      this.#report('head', `the last checkpoint is said to be at entry ${head.checkpointSeq}`);
    }
  }

  #report(check: VerifyCheck, message: string): void {
    this.#differences.report(check, message);
  }
}

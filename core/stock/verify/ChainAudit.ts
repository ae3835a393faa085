import { formatDecimal, formatFixed } from '../../decimal.ts';
import type { LedgerEntry, SkuHead } from '../../ledger.ts';
import { derivedKinds, isOutside } from '../../ledger.ts';
import type { Pack } from '../../pack.ts';
import type { Differences, VerifyCheck } from './Differences.ts';

/** The packs of one SKU by themselves: their numbers, times and hashes, and what each entry may say. */
export class ChainAudit {
  /** Of the last pack recorded up to the moment asked for. */
  known = { version: 0, hash: '' };
  readonly #differences: Differences;
  readonly #minorDigits: number;
  readonly #knownAt: string;
  #last = { version: 0, seq: 0, hash: '', recordedAt: '' };
  #latestAt = '';

  /** `knownAt`: '' for all. */
  constructor(differences: Differences, minorDigits: number, knownAt: string) {
    this.#differences = differences;
    this.#minorDigits = minorDigits;
    this.#knownAt = knownAt;
  }

  /** The hash of the pack that came before. */
  get hash(): string {
    return this.#last.hash;
  }

  /** `hash` is what the pack must have. */
  pack({ version, head, entries, isBase }: Pack, hash: string): void {
    const { hash: stored, recordedAt, seq } = head;
    const last = this.#last;
    if (version !== last.version + 1) {
      const what = version <= last.version ? 'is there twice' : `follows ${last.version}`;
      this.#report('sequence', `pack ${version} ${what}`);
    } else if (stored !== hash) {
      const what = 'does not have the hash of what it and those before it say';
      this.#report('chain', `pack ${version} ${what}`);
    }
    if (version === 1 && !isBase) this.#report('head', 'the first pack does not stand alone');
    if (recordedAt < last.recordedAt) {
      const what = `before the one in front of it (${last.recordedAt})`;
      this.#report('recorded-at', `pack ${version} was recorded at ${recordedAt}, ${what}`);
    }
    if (seq !== last.seq + entries.length) {
      const gives = `with those of its own there are ${last.seq + entries.length}`;
      this.#report('sequence', `pack ${version} says ${seq} entries, ${gives}`);
    }
    for (const entry of entries) this.#entry(entry);
    this.#last = { version, seq, hash: stored, recordedAt };
    if (this.#knownAt === '' || recordedAt <= this.#knownAt) this.known = { version, hash: stored };
  }

  #entry(entry: LedgerEntry): void {
    this.#checkKind(entry);
    this.#checkWay(entry);
    if (entry.at > this.#latestAt) this.#latestAt = entry.at;
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

  finish({ latestAt, checkpointSeq, seq }: SkuHead): void {
    if (latestAt !== this.#latestAt) {
      const gives = `the ledger gives ${this.#latestAt}`;
      this.#report('head', `the last pack says latestAt ${latestAt}, ${gives}`);
    }
    if (checkpointSeq > seq) {
      this.#report('head', `the last checkpoint is said to be at entry ${checkpointSeq}`);
    }
  }

  #report(check: VerifyCheck, message: string): void {
    this.#differences.report(check, message);
  }
}

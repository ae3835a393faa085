import { formatDecimal } from '../../decimal.ts';
import { derivedKinds, isOutside, type LedgerEntry, type SkuHead } from '../../ledger.ts';
import type { PackState, PostedDocument, SkuPointer, StoredPack } from '../../pack.ts';
import { hashPack, type MovedPack, postedText, seqOf } from '../../packBody.ts';
import type { Differences, VerifyCheck } from './Differences.ts';

const derived: ReadonlySet<string> = new Set(derivedKinds);

/**
 * The packs of one SKU by themselves: their numbers, times and hashes, what each entry may say, and
 * whether the store finds packs where they say that they are.
 */
export class ChainAudit {
  /** Of the last pack recorded up to the moment asked for. */
  known = { version: 0, hash: '' };
  readonly #differences: Differences;
  readonly #knownAt: string;
  #last = { version: 0, seq: 0, hash: '', recordedAt: '' };
  #latest = { at: '', rank: '' };

  /** `knownAt`: '' for all. */
  constructor(differences: Differences, knownAt: string) {
    this.#differences = differences;
    this.#knownAt = knownAt;
  }

  /** Version of the last pack. */
  get version(): number {
    return this.#last.version;
  }

  /** `documents` are those that it names, in order, as far as they are there. */
  pack(
    stored: StoredPack,
    moved: MovedPack,
    documents: readonly (PostedDocument | undefined)[],
  ): void {
    const { version, hash } = stored;
    const { recordedAt, seq, entries } = moved;
    const last = this.#last;
    if (version !== last.version + 1) {
      const what = version <= last.version ? 'is there twice' : `follows ${last.version}`;
      this.#report('sequence', `pack ${version} ${what}`);
    } else this.#checkHash(stored, documents);
    if (version === 1 && !stored.isBase) {
      this.#report('head', 'the first pack does not stand alone');
    }
    if (recordedAt < last.recordedAt) {
      const what = `before the one in front of it (${last.recordedAt})`;
      this.#report('recorded-at', `pack ${version} was recorded at ${recordedAt}, ${what}`);
    }
    if (seq !== last.seq + entries.length) {
      const gives = `with those of its own there are ${last.seq + entries.length}`;
      this.#report('sequence', `pack ${version} says ${seq} entries, ${gives}`);
    }
    this.#checkFiling(stored, moved, documents);
    this.#last = { version, seq, hash, recordedAt };
    if (this.#knownAt === '' || recordedAt <= this.#knownAt) this.known = { version, hash };
  }

  #checkHash(
    { version, hash, body }: StoredPack,
    documents: readonly (PostedDocument | undefined)[],
  ): void {
    // What is missing is told for itself.
    if (!documents.every((posted) => posted !== undefined)) return;
    if (hash === hashPack(this.#last.hash, body, documents.map(postedText))) return;
    const what = 'does not have the hash of what it and those before it say';
    this.#report('chain', `pack ${version} ${what}`);
  }

  /** What the store finds it by, against what it says. */
  #checkFiling(
    stored: StoredPack,
    moved: MovedPack,
    documents: readonly (PostedDocument | undefined)[],
  ): void {
    const { version, firstSeq, firstAt, committedAt } = stored;
    const { sku, recordedAt } = moved;
    const kept = (what: string): void => this.#report('chain', `pack ${version} ${what}`);
    if (sku !== stored.sku || moved.version !== version) {
      kept(`says that it is pack ${moved.version} of ${sku}`);
    }
    if (firstSeq !== seqOf(moved, 0)) {
      kept(`is found as that of entry ${firstSeq}, and begins with entry ${seqOf(moved, 0)}`);
    }
    let first = '';
    for (const named of moved.documents) if (first === '' || named[1] < first) first = named[1];
    if (firstAt !== first) kept(`is found as one from ${firstAt} on, and is one from ${first} on`);
    if (committedAt !== '' && committedAt !== recordedAt) {
      kept(`was recorded at ${recordedAt}, its commit is said to be of ${committedAt}`);
    }
    for (let index = 0; index < documents.length; index += 1) {
      const [number, at] = moved.documents[index]!;
      const posted = documents[index];
      if (!posted) kept(`names document ${number} of its commit, which is not there`);
      else if (posted.at !== at) {
        kept(`says that document ${posted.document} is of ${at}, the document says ${posted.at}`);
      }
    }
  }

  entry(entry: LedgerEntry): void {
    this.#checkKind(entry);
    this.#checkWay(entry);
    const { at, rank } = entry;
    const latest = this.#latest;
    if (at > latest.at || (at === latest.at && rank > latest.rank)) this.#latest = { at, rank };
  }

  #checkKind({ seq, kind, quantity, corrects, by }: LedgerEntry): void {
    const follows = derived.has(kind);
    if (quantity < 0n) this.#report('entry', `entry ${seq} has a negative quantity`);
    if (follows !== (corrects !== undefined) || follows !== (by !== undefined)) {
      const what = follows ? 'does not say which fact it corrects' : 'corrects another';
      this.#report('entry', `entry ${seq} is of kind ${kind} and ${what}`);
    }
    if ((corrects ?? 0) >= seq || (by ?? 0) >= seq) {
      this.#report('entry', `entry ${seq} corrects one that comes after it`);
    }
    if (follows && kind !== 'cancel' && kind !== 'recount' && quantity !== 0n) {
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
    const money = this.#differences.money(value);
    if (fromPool !== '' && fromPool === toPool) {
      this.#report('entry', `entry ${seq} moves ${money} inside of pool ${toPool}`);
    }
    // A cost of theirs that we bear is an expense; stock of theirs has no value.
    if (owner !== '' && (fromPool !== '' || toPool !== '')) {
      this.#report('entry', `entry ${seq} gives ${money} to stock of ${owner}`);
    }
  }

  /** `current` are the packs that its state is read from, the last of them with `head`. */
  finish(head: SkuHead, current: readonly PackState[], pointer: SkuPointer): void {
    const { latestAt, latestRank, checkpointSeq, seq, recost } = head;
    const { at, rank } = this.#latest;
    if (latestAt !== at || latestRank !== rank) {
      const gives = `the ledger gives ${at} ${JSON.stringify(rank)}`;
      const says = `latestAt ${latestAt} ${JSON.stringify(latestRank)}`;
      this.#report('head', `the last pack says ${says}, ${gives}`);
    }
    if (checkpointSeq > seq) {
      this.#report('head', `the last checkpoint is said to be at entry ${checkpointSeq}`);
    }
    for (const { version, isBase, head: at } of current) {
      if (isBase === (at.sinceBase.packs === 0)) continue;
      const what = isBase ? 'stand alone' : 'need those before it';
      this.#report('chain', `pack ${version} is said to ${what}, its text says otherwise`);
    }
    if (pointer.recosts !== (recost !== undefined)) {
      const [is, says] = recost ? ['not ', 'so'] : ['', 'otherwise'];
      const what = `it is ${is}among those that wait to be costed anew`;
      this.#report('chain', `${what}, its last pack says ${says}`);
    }
  }

  #report(check: VerifyCheck, message: string): void {
    this.#differences.report(check, message);
  }
}

import { lesser, mulDiv, spreadBy } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { byPosition } from '../../position.ts';
import { tupleKey } from '../../tupleKey.ts';
import { type Effect, type Fact, isFact, wayKey } from './Fact.ts';
import { Invoices } from './invoices.ts';

/** What a line of a document moved of a lot, and how much of that returns have brought back. */
interface Moved {
  line: string;
  lot: string;
  quantity: bigint;
  value: bigint;
  returned: bigint;
  given: bigint;
}

type Place = Pick<Fact, 'at' | 'seq'>;

/** As much of a return as follows the document that it names: what that is worth, and how it came. */
export interface Followed {
  quantity: bigint;
  value: bigint;
  origins: ReadonlySet<number>;
}

/**
 * What documents moved that returns refer to, as far as business time has come: issues for what comes
 * back from customers, receipts for what goes back to suppliers; and what came back before. Of one SKU.
 */
export class References {
  /** By `kind document`, then by fact. */
  readonly #moved = new Map<string, Map<number, Moved>>();
  readonly #wanted: ReadonlySet<string>;
  /** How far receipts are invoiced. */
  readonly invoices = new Invoices();
  /** So much of each return follows the document that it names, by its `seq`. */
  readonly followed = new Map<number, bigint>();

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** A document, and what refers to it, as the ledger has it, as far as it stands before `later`. */
  static of(entries: readonly LedgerEntry[], later: readonly Place[] = []): References {
    const references = new References(new Set(entries.map(({ document }) => document)));
    references.take(entries, later);
    return references;
  }

  /** As far as it stands before the facts of one instant that are the next to come. */
  take(entries: readonly LedgerEntry[], later: readonly Place[]): void {
    const end = later[0]?.at;
    const isLater = ({ at, seq }: Place): boolean =>
      end !== undefined && (at > end || (at === end && later.some((fact) => fact.seq === seq)));
    const cancelled = new Set(
      entries.filter(({ kind }) => kind === 'cancel').map(({ corrects }) => corrects),
    );
    const ranks = new Map(entries.map(({ seq, rank }) => [seq, rank]));
    /** What another document corrects stands after what it corrects. */
    const rankIn = ({ by, corrects = 0, rank }: LedgerEntry): string =>
      by === undefined ? rank : (ranks.get(by) ?? `${ranks.get(corrects)}\uffff`);
    const inOrder = entries
      .map((entry) => ({ at: entry.at, rank: rankIn(entry), seq: entry.by ?? entry.seq, entry }))
      .sort(byPosition);
    const facts = new Map<number, LedgerEntry>();
    for (const { entry, ...position } of inOrder) {
      if (isLater(position)) continue;
      if (isFact(entry)) {
        if (cancelled.has(entry.seq)) continue;
        facts.set(entry.seq, entry);
        this.#add(entry);
        this.follow(entry);
      }
      const fact = entry.corrects === undefined ? undefined : facts.get(entry.corrects);
      if (!fact) continue;
      // What the receipt cost more than the standard is no part of what came into the stock.
      const isTrueup = entry.corrects !== entry.by;
      if (!isTrueup && wayKey(entry) !== wayKey({ ...fact, corrects: fact.seq })) continue;
      this.#addValue(fact.kind, entry.document, fact.seq, entry.value);
    }
    for (const fact of facts.values()) {
      if (fact.kind !== 'invoice') this.#receive(fact);
      else if (this.#wanted.has(fact.reference)) this.invoices.invoice(fact, 0);
    }
  }

  /** What the fold has just found. */
  note(fact: Fact, value: bigint, effects: readonly Effect[]): void {
    if (this.#wanted.size === 0) return;
    this.#add({ ...fact, value });
    this.#receive(fact);
    for (const { kind, corrects, document, value: more } of effects) {
      if (kind === 'trueup') this.#addValue('issue', document, corrects, more);
    }
  }

  /** Goods of others have no cost. */
  #add(fact: Omit<Fact, 'input' | 'incoming'> & { value: bigint }): void {
    const { kind, document, seq, line, lot, quantity, value, fromPool, toPool } = fact;
    if ((kind !== 'issue' && kind !== 'receive') || !this.#wanted.has(document)) return;
    if (fromPool === '' && toPool === '') return;
    const key = tupleKey(kind, document);
    const bySeq = this.#moved.get(key) ?? new Map<number, Moved>();
    this.#moved.set(key, bySeq.set(seq, { line, lot, quantity, value, returned: 0n, given: 0n }));
  }

  #receive(fact: Fact): void {
    const { kind, document, seq } = fact;
    const moved = this.#moved.get(tupleKey(kind, document))?.get(seq);
    if (kind === 'receive' && moved) this.invoices.receive(fact, moved.value);
  }

  #addValue(kind: LedgerEntry['kind'], document: string, seq: number, value: bigint): void {
    const moved = this.#moved.get(tupleKey(kind, document))?.get(seq);
    if (moved) moved.value += value;
  }

  /**
   * What of a return follows its document, which then counts as returned; undefined where nothing does. It is
   * worth what all that has come back is worth, less what was given for it before: so the last takes the residue.
   */
  follow(fact: Fact): Followed | undefined {
    const { kind, seq, from, fromPool, toPool, reference, lot, quantity, input } = fact;
    if (kind !== 'return' || fromPool === toPool) return undefined;
    const key = tupleKey(from === 'customer' ? 'issue' : 'receive', reference);
    const meant = [...(this.#moved.get(key) ?? [])].filter(
      ([, moved]) =>
        (lot === '' || moved.lot === '' || moved.lot === lot) &&
        (input?.ofLine ?? moved.line) === moved.line,
    );
    const open = meant.map(([, moved]) => moved.quantity - moved.returned);
    const followed = lesser(sumOf(open), quantity);
    if (followed === 0n) return undefined;
    this.followed.set(seq, followed);
    const of = (name: Exclude<keyof Moved, 'line' | 'lot'>) =>
      sumOf(meant.map(([, moved]) => moved[name]));
    const upTo = mulDiv(of('value'), of('returned') + followed, of('quantity'));
    const value = upTo > of('given') ? upTo - of('given') : 0n;
    const quantities = spreadBy(followed, open);
    const values = spreadBy(
      value,
      meant.map(([, moved]) => moved.value - moved.given),
    );
    for (const [index, [, moved]] of meant.entries()) {
      moved.returned += quantities[index]!;
      moved.given += values[index]!;
    }
    return { quantity: followed, value, origins: new Set(meant.map(([seq]) => seq)) };
  }
}

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, one) => sum + one, 0n);

export const noReferences = new References(new Set());

import { lesser, mulDiv, spreadBy } from '../../decimal.ts';
import { isOutside, type LedgerEntry, transitPool } from '../../ledger.ts';
import { byPosition } from '../../position.ts';
import { tupleKey } from '../../tupleKey.ts';
import { type Effect, type Fact, shipmentOf } from './Fact.ts';
import { historyOf } from './history.ts';
import { type Credited, Invoices } from './invoices.ts';
import type { GoodsTaker } from './owed.ts';

/** What a line of a document moved of a lot, and how much of that returns have brought back. */
interface Moved {
  seq: number;
  line: string;
  lot: string;
  quantity: bigint;
  value: bigint;
  returned: bigint;
  given: bigint;
  back: { of: Fact; quantity: bigint; value: bigint }[];
}

type Place = Pick<Fact, 'at' | 'seq'>;
type Figure = 'quantity' | 'value' | 'returned' | 'given';

/** As much of a return as follows the document that it names: what that is worth, and how it came. */
export interface Followed {
  quantity: bigint;
  value: bigint;
  /** What a supplier credits. */
  invoiced?: Credited;
  origins: ReadonlySet<number>;
}

/**
 * What documents moved that others refer to, as far as business time has come: issues for what comes
 * back from customers, receipts for what goes back to suppliers; and what came back before; shipments. Of one SKU.
 */
export class References {
  /** By `kind document`, then by fact. */
  readonly #moved = new Map<string, Map<number, Moved>>();
  readonly #wanted: Set<string>;
  readonly #short: ReadonlySet<string> | undefined;
  /** How far receipts are invoiced. */
  readonly invoices = new Invoices();
  /** So much of each return follows the document that it names, by its `seq`. */
  readonly followed = new Map<number, bigint>();
  /** Receipts and sales of which something is gone that is borne on, and that came before costing began. */
  readonly open = new Set<string>();

  /** `short`: documents that took what was not there, before costing began. */
  constructor(wanted: ReadonlySet<string>, short?: ReadonlySet<string>) {
    this.#wanted = new Set(wanted);
    this.#short = short;
  }

  /** A document, and what refers to it, as the ledger has it, as far as it stands before `later`. */
  static of(entries: readonly LedgerEntry[], later: readonly Place[] = [], digits = 0): References {
    const references = new References(new Set(entries.map(({ document }) => document)));
    references.take(entries, later, digits);
    return references;
  }

  /** As far as it stands before the facts of one instant that are the next to come. */
  take(entries: readonly LedgerEntry[], later: readonly Place[], digits: number): void {
    const end = later[0]?.at;
    const isLater = ({ at, seq }: Place): boolean =>
      end !== undefined && (at > end || (at === end && later.some((fact) => fact.seq === seq)));
    const ranks = new Map(entries.map(({ seq, rank }) => [seq, rank]));
    /** What another document corrects stands after what it corrects. */
    const rankIn = ({ by, corrects = 0, rank }: LedgerEntry): string =>
      by === undefined ? rank : (ranks.get(by) ?? `${ranks.get(corrects)}\uffff`);
    const inOrder = entries
      .filter(({ corrects, by }) => corrects === undefined || corrects !== by)
      .map((entry) => ({ at: entry.at, rank: rankIn(entry), seq: entry.by ?? entry.seq, entry }))
      // What a return corrects of its own issue comes after it.
      .sort((one, other) => byPosition(one, other) || one.entry.seq - other.entry.seq);
    const facts = new Map(historyOf(entries).map((posted) => [posted.entry.seq, posted]));
    for (const { entry, ...position } of inOrder) {
      const { corrects, document, from, value } = entry;
      const posted = facts.get(corrects ?? entry.seq);
      if (!posted || posted.isCancelled || isLater(position)) continue;
      if (corrects !== undefined) {
        const moved = this.#find(posted.entry.kind, document, corrects);
        if (moved) moved[from === 'customer' ? 'given' : 'value'] += value;
      } else if (entry.kind !== 'invoice') {
        this.follow(entry);
        this.note(entry, posted.value, []);
      } else if (this.#wanted.has(entry.reference)) this.invoices.invoice(entry, digits);
    }
  }

  /** The next to come is of that document. */
  want(document: string): this {
    this.#wanted.add(document);
    return this;
  }

  /** Whether something may be borne on what comes by a fact. */
  isTold({ kind, to, document }: Fact): boolean {
    return kind === 'return' || (!isOutside(to) && this.#wanted.has(document));
  }

  /** False where nothing says what it is of. */
  leaveOpen({ reference }: Fact): boolean {
    if (this.#wanted.has(reference)) this.open.add(reference);
    return this.open.size > 0;
  }

  /**
   * An issue costs so much more: what came back of it, each with its part of that. What it took of that itself
   * comes round once.
   */
  *dearer({ seq, document, to }: GoodsTaker, amount: bigint): Iterable<{ of: Fact; more: bigint }> {
    if (to !== 'customer' || amount === 0n) return;
    if (this.#short?.has(document)) this.open.add(document);
    const moved = this.#find('issue', document, seq);
    if (!moved) return;
    moved.value += amount;
    const { back, value } = moved;
    moved.back = [];
    let quantity = 0n;
    let upTo = 0n;
    for (const part of back) {
      quantity += part.quantity;
      const more = mulDiv(value, quantity, moved.quantity) - upTo - part.value;
      upTo += part.value + more;
      if (part.of.input?.amount !== undefined) continue;
      part.value += more;
      moved.given += more;
      yield { of: part.of, more };
    }
    moved.back = back;
  }

  /** What the fold has just found. */
  note(fact: Fact, value: bigint, effects: readonly Effect[]): void {
    if (this.#wanted.size === 0) return;
    this.#add(fact, value);
    this.#receive(fact);
    for (const effect of effects) {
      const { kind, document, corrects, value: more } = effect;
      const moved = kind === 'trueup' && this.#find('issue', document, corrects);
      if (moved) moved.value += more;
    }
  }

  /** Goods of others have no cost. */
  #add(fact: Fact, value: bigint): void {
    const { kind, document, seq, line, lot, quantity, fromPool, toPool } = fact;
    const isNamed = kind === 'issue' || kind === 'receive' || toPool === transitPool;
    if (!isNamed || !this.#wanted.has(document)) return;
    if (fromPool === '' && toPool === '') return;
    const key = tupleKey(kind, document);
    const bySeq = this.#moved.get(key) ?? new Map<number, Moved>();
    const moved = { seq, line, lot, quantity, value, returned: 0n, given: 0n, back: [] };
    this.#moved.set(key, bySeq.set(seq, moved));
  }

  /** Whether it names a shipment that has brought nothing under way so far. */
  awaitsShipment(fact: Fact): boolean {
    const shipment = shipmentOf(fact);
    return shipment !== '' && !this.#moved.has(tupleKey('transfer', shipment));
  }

  #receive(fact: Fact): void {
    const moved = fact.kind === 'receive' && this.#find(fact.kind, fact.document, fact.seq);
    if (moved) this.invoices.receive(fact, moved.value);
  }

  #find(kind: Fact['kind'], document: string, seq: number): Moved | undefined {
    return this.#moved.get(tupleKey(kind, document))?.get(seq);
  }

  /**
   * What of a return follows its document, which then counts as returned; undefined where nothing does. It is
   * worth what all that has come back is worth, less what was given for it before: so the last takes the residue.
   */
  follow(fact: Fact): Followed | undefined {
    const { kind, seq, from, fromPool, toPool, reference, lot, quantity, input } = fact;
    if (kind !== 'return' || fromPool === toPool) return undefined;
    const key = tupleKey(from === 'customer' ? 'issue' : 'receive', reference);
    const meant = [...(this.#moved.get(key)?.values() ?? [])].filter(
      (moved) =>
        (lot === '' || moved.lot === '' || moved.lot === lot) &&
        (input?.ofLine ?? moved.line) === moved.line,
    );
    const open = meant.map((moved) => moved.quantity - moved.returned);
    const followed = lesser(sumOf(open), quantity);
    if (followed === 0n) return undefined;
    this.followed.set(seq, followed);
    const quantities = spreadBy(followed, open);
    for (const [index, moved] of meant.entries()) moved.returned += quantities[index]!;
    const origins = new Set(meant.map(({ seq }) => seq));
    if (from !== 'customer') {
      const parts = new Map(meant.map(({ seq }, index) => [seq, quantities[index]!]));
      const invoiced = this.invoices.giveBack(reference, parts);
      return { quantity: followed, origins, value: invoiced.value, invoiced };
    }
    const of = (name: Figure) => sumOf(meant.map((moved) => moved[name]));
    const upTo = mulDiv(of('value'), of('returned'), of('quantity'));
    const value = upTo > of('given') ? upTo - of('given') : 0n;
    const kept = meant.map((moved) => moved.value - moved.given);
    const values = spreadBy(value, kept);
    for (const [index, moved] of meant.entries()) {
      moved.given += values[index]!;
      moved.back.push({ of: fact, quantity: quantities[index]!, value: values[index]! });
    }
    return { quantity: followed, value, origins };
  }
}

const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, one) => sum + one, 0n);

export const noReferences = new References(new Set());

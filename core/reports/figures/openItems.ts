/** Goods received, not invoiced, as a list of items: what stands behind the balance of the account. */
import { lesser, type Micro, type Minor } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { byPosition } from '../../position.ts';

interface Amount {
  quantity: Micro;
  value: Minor;
}

/** A receipt of one SKU. */
export interface OpenItem {
  receipt: string;
  partner: string;
  /** Business time at which the first of it came, or was invoiced. */
  since: string;
  received: Amount;
  invoiced: Amount;
  returned: Amount;
  /** Above zero: still to be invoiced; below: invoiced, and not come. */
  open: Amount;
}

type Part = 'received' | 'invoiced' | 'returned';

/** By the number of the receipt, the oldest first; those of which nothing is open, too. */
export function openItemsOf(entries: readonly LedgerEntry[]): OpenItem[] {
  const facts = new Map<number, LedgerEntry>();
  for (const entry of entries) if (entry.corrects === undefined) facts.set(entry.seq, entry);
  const items = new Map<string, OpenItem>();
  const moves = new Map<OpenItem, Map<LedgerEntry, Move>>();
  for (const entry of entries) {
    const fact = facts.get(entry.corrects ?? entry.seq);
    const about = fact && aboutOf(fact);
    if (!about) continue;
    const item = items.get(about.receipt) ?? itemOf(about.receipt, fact);
    items.set(about.receipt, item);
    tell(item, fact, about.part);
    const moved = movedBy(entry, fact);
    add(item, about.part, moved);
    const known = moves.get(item) ?? new Map<LedgerEntry, Move>();
    moves.set(item, known);
    const before = known.get(fact)?.quantity ?? 0n;
    known.set(fact, { part: about.part, quantity: before + moved.quantity });
  }
  for (const [item, ofItem] of moves) {
    const owed = owedAfter(ofItem);
    item.returned.quantity -= owed;
    item.open.quantity += owed;
  }
  return [...items.values()].sort((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
}

/** What of a supplier's account a fact is; what bears on goods is on another. */
function aboutOf(fact: LedgerEntry): { receipt: string; part: Part } | undefined {
  const { kind, document, reference, from, to, fromPool, toPool } = fact;
  if (from !== 'supplier' && to !== 'supplier') return undefined;
  if (kind === 'invoice') return { receipt: reference, part: 'invoiced' };
  // Goods of others are not invoiced.
  if (fromPool === '' && toPool === '') return undefined;
  if (kind === 'receive') return { receipt: document, part: 'received' };
  return kind === 'return' ? { receipt: reference || document, part: 'returned' } : undefined;
}

/** What it took from the supplier's account, or brought there. */
function movedBy(entry: LedgerEntry, fact: LedgerEntry): Amount {
  const sign = (entry.to === 'supplier' ? 1n : 0n) - (entry.from === 'supplier' ? 1n : 0n);
  const isFact = entry === fact || entry.kind === 'cancel';
  const quantity = fact.kind === 'invoice' ? invoicedBy(fact, isFact) : entry.quantity;
  return { quantity: sign * quantity, value: sign * entry.value };
}

interface Move {
  part: Part;
  /** To the supplier. */
  quantity: bigint;
}

/**
 * Quantity that went back after it was invoiced, and that no credit note tells of: that is off what is to be paid, and no
 * longer open here. What is not invoiced goes back first.
 */
function owedAfter(moves: ReadonlyMap<LedgerEntry, Move>): bigint {
  let [open, invoiced, owed] = [0n, 0n, 0n];
  for (const [, { part, quantity }] of [...moves].sort(([one], [other]) =>
    byPosition(one, other),
  )) {
    let moved = quantity;
    if (part === 'invoiced') {
      invoiced += quantity;
      const settled = quantity < 0n ? lesser(-quantity, owed) : 0n;
      owed -= settled;
      moved += settled;
    } else if (part === 'returned') {
      const rest = quantity - lesser(quantity, open > 0n ? open : 0n);
      const more = lesser(rest, invoiced - owed);
      owed += more;
      moved -= more;
    }
    open -= moved;
  }
  return owed;
}

const invoicedBy = ({ input }: LedgerEntry, isFact: boolean): bigint =>
  isFact ? (input?.ofQuantity ?? 0n) : 0n;

function add(item: OpenItem, part: Part, { quantity, value }: Amount): void {
  const sign = part === 'received' ? -1n : 1n;
  item[part].quantity += sign * quantity;
  item[part].value += sign * value;
  item.open.quantity -= quantity;
  item.open.value -= value;
}

function tell(item: OpenItem, { kind, at, partner }: LedgerEntry, part: Part): void {
  // Whoever delivered is the supplier, whoever else has a document about it.
  if (item.partner === '' || kind === 'receive') item.partner = partner || item.partner;
  if (part !== 'returned' && at < item.since) item.since = at;
}

const nothing = (): Amount => ({ quantity: 0n, value: 0n });

const itemOf = (receipt: string, { partner, at }: LedgerEntry): OpenItem => ({
  ...{ receipt, partner, since: at },
  ...{ received: nothing(), invoiced: nothing(), returned: nothing(), open: nothing() },
});

const orderOf = ({ since, receipt }: OpenItem): string => `${since} ${receipt}`;

import type { Doc } from '../documents.ts';
import { addShares, leftOf } from './bearOwn.ts';
import { costOfOne, read, spread, spreadEvenly } from './exact.ts';
import type { Fact, ReceiptLine } from './facts.ts';
import { poolOfPlace, receiptLines } from './facts.ts';
import { type BaseLine, statedWorth } from './inBase.ts';
import { gone } from './invoices.ts';
import type { Made, NaiveBooks } from './NaiveBooks.ts';
import type { Rules } from './NaivePool.ts';

export function landed(books: NaiveBooks, doc: Doc, docs: readonly Doc[]): void {
  const { lines = [], amount, split = 'value' } = doc.data;
  const { minorDigits, items } = books.setting;
  const targets = lines.map((line) => ({ line, receipts: receiptLines(line, docs) }));
  const weigh = ({ sku, line }: ReceiptLine): bigint => {
    const quantity = read(line.quantity!);
    if (split === 'equally') return 1n;
    if (split === 'value') return statedWorth(quantity, line, minorDigits);
    const weight = items.find((item) => item.sku === sku)?.weight ?? '0';
    return split === 'weight' ? quantity * read(weight) : quantity;
  };
  const used: Used = new Map();
  const parts =
    amount === undefined
      ? targets
      : [{ line: { amount }, receipts: targets.flatMap((t) => t.receipts) }];
  for (const { line, receipts } of parts) {
    const weights = receipts.map(weigh);
    const none = weights.every((weight) => weight === 0n);
    const shares = spread(read(line.amount!, minorDigits), none ? weights.map(() => 1n) : weights);
    for (const [index, receipt] of receipts.entries()) {
      // What was cancelled has its share no more.
      if (!receipt.stands) continue;
      books.charge(receipt.sku, 'landed', -shares[index]!);
      const received = read(receipt.line.quantity!);
      bear(books, used, receipt.sku, { origin: receipt.id, received, amount: shares[index]! });
    }
  }
  makeDearer(books, used);
}

/** What goes on to what was made of goods, by the production. */
type Used = Map<Made, bigint>;

/** Products bear what their components bear, and what is made of them does, too, even where that was made before, of what it was short of. */
function makeDearer(books: NaiveBooks, used: Used): void {
  const inOrder = [...new Set(books.made.values())];
  for (;;) {
    const made = inOrder.find((one) => (used.get(one) ?? 0n) !== 0n);
    if (!made) return;
    const more = used.get(made)!;
    used.delete(made);
    const before = spread(made.cost, made.weights);
    made.cost += more;
    const after = spread(made.cost, made.weights);
    for (const [index, { id, line }] of made.products.entries()) {
      const own = after[index]! - before[index]!;
      const item = books.setting.items.find(({ sku }) => sku === line.sku);
      if (own === 0n || line.owner || item?.valued === false) continue;
      books.charge(line.sku!, 'production', -own);
      const borne = { origin: id, received: read(line.quantity!), amount: own, isOfProduct: true };
      bear(books, used, line.sku!, borne);
    }
  }
}

/** Clears what its receipt said; what it says more goes to the goods. */
export function invoice(books: NaiveBooks, doc: Doc, facts: readonly Fact[]): void {
  const used: Used = new Map();
  for (const { line } of facts) invoiceLine(books, used, doc, line);
  makeDearer(books, used);
}

function invoiceLine(books: NaiveBooks, used: Used, doc: Doc, line: BaseLine): void {
  const { minorDigits } = books.setting;
  const { currency, rate } = doc.data;
  const sku = line.sku!;
  const quantity = read(line.quantity!);
  const amount =
    line.amount === undefined
      ? statedWorth(quantity, line, minorDigits)
      : read(line.amount, minorDigits);
  const { cleared, exchange, variance, known, dearer } = books.invoicesOf(line.receipt!, sku).bill({
    ...{ line: line.receiptLine ?? '', quantity, amount, foreign: line.foreign ?? 0n },
    currency: rate === undefined ? '' : (currency ?? ''),
  });
  books.charge(sku, 'payable', -amount - known);
  books.charge(sku, 'supplier', cleared);
  books.charge(sku, 'exchange', exchange);
  books.charge(sku, 'variance', variance);
  for (const [came, more] of dearer) {
    const back = gone(came);
    const borne = { origin: came.fact, received: came.quantity - back, amount: more, back };
    bear(books, used, sku, borne);
  }
}

interface Borne {
  origin: string;
  received: bigint;
  amount: bigint;
  back?: bigint;
  /** What a product bears is none of what was used, without being there, before it was made: that may have become itself. */
  isOfProduct?: boolean;
  wasShort?: boolean;
}

/** Adds a cost to what is left of a receipt; what is gone of it takes the rest with it. */
function bear(books: NaiveBooks, used: Used, sku: string, borne: Borne): void {
  const { origin, received, amount, back = 0n, isOfProduct = false } = borne;
  const rules = books.rulesOf(sku);
  const left = leftOf(books, sku, origin);
  const there = left.map(({ layer }) => layer.quantity);
  const takers = books.takers.get(origin) ?? [];
  let credited = back;
  const taken = takers.map(({ place, quantity }) => {
    // `variance` are those that went back with a reference, or were missing for that.
    if (place !== 'supplier' && place !== 'variance') return quantity;
    const skipped = quantity < credited ? quantity : credited;
    credited -= skipped;
    return quantity - skipped;
  });
  let room = received;
  const weights = [...there, ...taken].map((quantity) => {
    const part = quantity < room ? quantity : room;
    room -= part;
    return part;
  });
  if (rules.method === 'standard') {
    books.charge(sku, 'variance', amount);
    return;
  }
  const shares = spreadEvenly(amount, [...weights, room]);
  books.charge(sku, 'customer', shares.at(-1)! + addShares(left, shares, rules));
  for (const [index, taker] of takers.entries()) {
    let own = shares[there.length + index]!;
    // It made good for what a transfer was short of, and is where that is.
    if (taker.place === 'ours') {
      books.bearCorrection(sku, { bearers: taker.bearers!, value: own });
      continue;
    }
    const isBack = taker.place === 'supplier';
    const wasShort = taker.wasShort || borne.wasShort === true;
    if (isOfProduct && wasShort && taker.place === 'production') {
      books.charge(sku, 'variance', own);
      continue;
    }
    const dearer = isBack ? [] : books.dearer(sku, taker, own);
    books.roundOnce(sku, taker, () => {
      for (const [back, more] of dearer) {
        own -= more;
        const again = { origin: back.id, received: read(back.line.quantity!), amount: more };
        bear(books, used, sku, { ...again, isOfProduct, wasShort });
      }
    });
    books.charge(sku, isBack ? 'variance' : taker.place, own);
    const made = taker.place === 'production' && books.made.get(`${taker.fact}|${sku}`);
    if (made) used.set(made, (used.get(made) ?? 0n) + own);
  }
}

export function revalue(books: NaiveBooks, { line, doc }: Fact): void {
  const sku = line.sku!;
  const rules = books.rulesOf(sku);
  if (line.unitCost !== undefined && rules.method === 'standard') {
    change(books, sku, { ...rules, standard: read(line.unitCost) });
    return;
  }
  const pool =
    line.location === undefined ? '' : `${sku}|${poolOfPlace(books.setting, line.location)}`;
  for (const [key, each] of books.pools) {
    if (pool ? key !== pool : !key.startsWith(`${sku}|`)) continue;
    const change = doc.data.writeDown ? 'writeDown' : 'revalue';
    const gained =
      line.unitCost === undefined
        ? each[change](rules, read(line.amount!, books.setting.minorDigits), line.lot)
        : each.setCost(rules, read(line.unitCost));
    books.charge(sku, doc.data.writeDown ? 'writedown' : 'adjustment', -gained);
  }
}

export function changeMethod(books: NaiveBooks, { line }: Fact): void {
  const sku = line.sku!;
  const rules = books.rulesOf(sku);
  const stated = line.standardCost === undefined ? undefined : read(line.standardCost);
  const method = line.valuation!;
  const standard = stated ?? (method === 'standard' ? costNow(books, sku) : rules.standard);
  change(books, sku, { ...rules, method, standard });
}

/** On average over all that is there; of what is gone, what one cost last. */
function costNow(books: NaiveBooks, sku: string): bigint {
  const there = books.poolsOf(sku).filter(({ quantity }) => quantity > 0n);
  const quantity = there.reduce((sum, pool) => sum + pool.quantity, 0n);
  const value = there.reduce((sum, pool) => sum + pool.value, 0n);
  if (quantity === 0n) return books.lastCost(sku);
  return costOfOne(value, quantity, books.setting.minorDigits);
}

function change(books: NaiveBooks, sku: string, to: Rules): void {
  const from = books.rulesOf(sku);
  for (const [key, pool] of books.pools) {
    if (key.startsWith(`${sku}|`)) books.charge(sku, 'adjustment', -pool.change(from, to));
  }
  books.rules.set(sku, to);
}

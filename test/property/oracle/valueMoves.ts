import type { Doc } from '../documents.ts';
import { read, spread, spreadEvenly } from './exact.ts';
import type { Fact, ReceiptLine } from './facts.ts';
import { poolOfPlace, receiptLines } from './facts.ts';
import { statedWorth } from './inBase.ts';
import type { NaiveBooks } from './NaiveBooks.ts';
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
      bear(books, receipt.sku, receipt.id, read(receipt.line.quantity!), shares[index]!);
    }
  }
}

/** Clears what its receipt said; what it says more goes to the goods. */
export function invoice(books: NaiveBooks, { line, doc }: Fact): void {
  const { minorDigits } = books.setting;
  const { currency, rate } = doc.data;
  const sku = line.sku!;
  const quantity = read(line.quantity!);
  const amount =
    line.amount === undefined
      ? statedWorth(quantity, line, minorDigits)
      : read(line.amount, minorDigits);
  const { cleared, exchange, dearer } = books.invoicesOf(line.receipt!, sku).bill({
    ...{ line: line.receiptLine ?? '', quantity, amount, foreign: line.foreign ?? 0n },
    currency: rate === undefined ? '' : (currency ?? ''),
  });
  books.charge(sku, 'payable', -amount);
  books.charge(sku, 'supplier', cleared);
  books.charge(sku, 'exchange', exchange);
  for (const [came, more] of dearer) bear(books, sku, came.fact, came.quantity, more);
}

/** Adds a cost to what is left of a receipt; the rest is cost of sales. */
function bear(
  books: NaiveBooks,
  sku: string,
  origin: string,
  received: bigint,
  amount: bigint,
): void {
  const rules = books.rulesOf(sku);
  const left = [...books.pools]
    .filter(([key]) => key.startsWith(`${sku}|`))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, pool]) =>
      pool.layers.filter((layer) => layer.origin === origin).map((layer) => ({ pool, layer })),
    );
  const there = left.map(({ layer }) => layer.quantity);
  const gone = received - there.reduce((sum, quantity) => sum + quantity, 0n);
  if (rules.method === 'standard') {
    books.charge(sku, 'variance', amount);
    return;
  }
  const shares = spreadEvenly(amount, [...there, gone]);
  let passedOn = shares.at(-1)!;
  for (const [index, { pool, layer }] of left.entries()) {
    const worth = rules.method === 'average' ? pool.value : layer.value;
    // A credit takes no more than there is.
    const share = worth + shares[index]! < 0n ? -worth : shares[index]!;
    passedOn += shares[index]! - share;
    pool.value += share;
    if (rules.method !== 'average') layer.value += share;
    pool.level(rules, layer.lot);
  }
  books.charge(sku, 'customer', passedOn);
}

export function revalue(books: NaiveBooks, { line }: Fact): void {
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
    const gained =
      line.unitCost === undefined
        ? each.revalue(rules, read(line.amount!, books.setting.minorDigits))
        : each.setCost(rules, read(line.unitCost));
    books.charge(sku, 'adjustment', -gained);
  }
}

export function changeMethod(books: NaiveBooks, { line }: Fact): void {
  const sku = line.sku!;
  const rules = books.rulesOf(sku);
  const standard = line.standardCost === undefined ? rules.standard : read(line.standardCost);
  change(books, sku, { ...rules, method: line.valuation!, standard });
}

function change(books: NaiveBooks, sku: string, to: Rules): void {
  const from = books.rulesOf(sku);
  for (const [key, pool] of books.pools) {
    if (key.startsWith(`${sku}|`)) books.charge(sku, 'adjustment', -pool.change(from, to));
  }
  books.rules.set(sku, to);
}

/** Goods that come back from customers, or go back to suppliers. */
import type { Bookkeeper } from './Bookkeeper.ts';
import { least, nextPart, runningShares, total } from './exact.ts';
import type { Goods } from './Goods.ts';
import { whence } from './PlainBooks.ts';
import type { Paper, PaperLine } from './papers.ts';

interface Returned {
  quantity: bigint;
  value: bigint;
  goods: Goods | undefined;
}

/** What came back, or went back, of the same goods, one after the other. */
const returned = new WeakMap<Goods, Returned[]>();

function returnsOf(originals: readonly Goods[]): Returned[] {
  const known = returned.get(originals[0]!) ?? [];
  returned.set(originals[0]!, known);
  return known;
}

const sum = (goods: readonly Goods[], figure: 'quantity' | 'value' | 'stated'): bigint =>
  total(goods.map((one) => one[figure]));

/**
 * At what the issue cost, now and whenever that changes. What is more than was sold comes with it, at what
 * stock cost before, as if nothing had been named.
 */
export function backFromCustomer(
  keeper: Bookkeeper,
  { reference }: Paper,
  line: PaperLine,
  quantity: bigint,
): Goods {
  const { books } = keeper;
  const sold = keeper.found(reference, line).filter(({ bornBy }) => bornBy === 'costOfSales');
  const before = sold.length > 0 ? returnsOf(sold) : [];
  const parts = before.map((one) => one.quantity);
  const isStated = line.unitCost !== undefined || line.amount !== undefined;
  const open = isStated ? 0n : sum(sold, 'quantity') - total(parts);
  const followed = least(quantity, open > 0n ? open : 0n);
  const excess = quantity - followed;
  const extra = excess === 0n ? 0n : keeper.statedAmount(line, excess);
  if (followed === 0n) return books.bring(whence(line), quantity, extra, 'costOfSales');
  const value = nextPart(sum(sold, 'value'), parts, followed, sum(sold, 'quantity'));
  const goods = books.bring(whence(line), quantity, value + extra, 'costOfSales');
  before.push({ quantity: followed, value, goods });
  if (before.length === 1) {
    const follow = (): void => reprice(keeper, sold, before);
    for (const one of sold) one.followers.push(follow);
  }
  return goods;
}

function reprice({ books }: Bookkeeper, sold: readonly Goods[], back: readonly Returned[]): void {
  const quantities = back.map(({ quantity }) => quantity);
  const values = runningShares(sum(sold, 'value'), quantities, sum(sold, 'quantity'));
  for (const [index, one] of back.entries()) {
    const change = values[index]! - one.value;
    one.value += change;
    books.post(one.goods!.sku, 'costOfSales', -change);
    books.correct(one.goods!, change);
  }
}

/**
 * The supplier credits what the receipt said; stock leaves by its layers, those of the receipt first,
 * under average at what the receipt said. The difference is a variance.
 */
export function backToSupplier(
  keeper: Bookkeeper,
  { reference }: Paper,
  line: PaperLine,
  quantity: bigint,
): Goods | undefined {
  const { books } = keeper;
  const came = keeper.found(reference, line).filter(({ bornBy }) => bornBy === undefined);
  const before = came.length > 0 ? returnsOf(came) : [];
  const open = sum(came, 'quantity') - total(before.map((one) => one.quantity));
  const followed = least(quantity, open);
  let goods: Goods | undefined;
  if (followed > 0n) {
    const parts = before.map((one) => one.quantity);
    const credit = nextPart(sum(came, 'stated'), parts, followed, sum(came, 'quantity'));
    before.push({ quantity: followed, value: credit, goods: undefined });
    const at = { ...whence(line), first: came };
    const worth = books.item(line.sku).method === 'average' ? credit : undefined;
    goods = books.release(at, followed, 'variance', worth);
    books.post(line.sku, 'received', credit);
    books.post(line.sku, 'variance', -credit);
  }
  const excess = quantity - followed;
  return excess === 0n ? goods : books.release(whence(line), excess, 'received');
}

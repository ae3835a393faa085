/** The final figures of a list of documents, by the second opinion. */
import type { Doc } from '../../ledgerRig.ts';
import { Bookkeeper } from './Bookkeeper.ts';
import { shortTextOf, textOf, unitsOf } from './exact.ts';
import { type Method, PlainBooks } from './PlainBooks.ts';
import { inOrder } from './papers.ts';

/** What is compared; nothing of what is zero. */
export interface FinalFigures {
  /** `SKU pool`: `quantity @ value`. */
  pools: Record<string, string>;
  /** `SKU place lot`: on hand. */
  stock: Record<string, string>;
  /** `SKU purpose`: debits less credits of the account. */
  accounts: Record<string, string>;
}

export interface Circumstances {
  pools: Record<string, string[]>;
  digits: number;
}

export function secondOpinion(
  { pools, digits }: Circumstances,
  docs: readonly Doc[],
): FinalFigures {
  const books = new PlainBooks(pools, digits);
  for (const [type, data] of docs) {
    if (type !== 'item.upsert.v1') continue;
    const { sku, valuation, standardCost } = data as Record<string, string | undefined>;
    const card = books.item(sku!);
    if (valuation !== undefined) card.method = valuation as Method;
    if (standardCost !== undefined) card.standard = unitsOf(standardCost);
  }
  const keeper = new Bookkeeper(books);
  for (const paper of inOrder(docs)) keeper.enter(paper);
  return figuresOf(books);
}

function figuresOf(books: PlainBooks): FinalFigures {
  const named = (figures: Iterable<[string, bigint]>, text: (figure: bigint) => string) =>
    Object.fromEntries(
      [...figures]
        .filter(([, figure]) => figure !== 0n)
        .map(([name, figure]) => [name.trim(), text(figure)] as const),
    );
  const piles = [...books.piles].filter(([, pile]) => pile.quantity !== 0n || pile.value !== 0n);
  return {
    pools: Object.fromEntries(
      piles.map(([name, { quantity, value }]) => [
        name,
        `${shortTextOf(quantity)} @ ${textOf(value, books.digits)}`,
      ]),
    ),
    stock: named(books.onHand, shortTextOf),
    accounts: named(books.accounts, (figure) => textOf(figure, books.digits)),
  };
}

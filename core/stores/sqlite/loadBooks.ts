import { emptyHead } from '../../ledger.ts';
import type { SkuBooks } from '../../pack.ts';
import type { Loaded, LoadRequest } from '../../ports.ts';
import { booksFrom } from '../packs/PackLists.ts';
import { openOrdersOf, periodIn, reservationById } from './claimRows.ts';
import type { SqlitePacks } from './SqlitePacks.ts';
import type { Statements } from './Statements.ts';

/** All that a round asks for; within one read transaction. */
export function loadBooks(
  statements: Statements,
  packs: SqlitePacks,
  request: LoadRequest,
): Loaded {
  const books = request.skus.map((sku): SkuBooks => {
    const current = packs.currentOf(statements, sku);
    return current.length > 0
      ? booksFrom(current)
      : { head: emptyHead(sku), balances: [], layers: [] };
  });
  return {
    heads: books.map(({ head }) => head),
    balances: books.flatMap(({ balances }) => balances),
    layers: books.flatMap(({ layers }) => layers),
    reservations: request.reservations.flatMap((id) => reservationById(statements, id) ?? []),
    openOrders: request.openOrders.flatMap((document) => openOrdersOf(statements, document)),
    period: periodIn(statements),
  };
}

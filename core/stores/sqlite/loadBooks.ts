import { type Balance, emptyHead } from '../../ledger.ts';
import { compareUtf8 } from '../../order.ts';
import type { Loaded, LoadRequest } from '../../ports.ts';
import { openOrderOf, periodIn, reservationById } from './claimRows.ts';
import { balanceOf, HEADS, headOf, layersWhere } from './rows.ts';
import { Conditions, type Statements } from './Statements.ts';

/** All that a round asks for; within one read transaction. */
export function loadBooks(statements: Statements, request: LoadRequest): Loaded {
  const heads = request.skus.map((sku) => {
    const row = statements.get(`${HEADS} WHERE heads.sku = ?`, [sku]);
    return row ? headOf(row) : emptyHead(sku);
  });
  const skus = [...new Set(request.skus)].sort(compareUtf8);
  const orders = 'SELECT * FROM open_orders WHERE document = ? ORDER BY line';
  return {
    heads,
    balances: balancesOf(statements, request),
    layers: skus.flatMap((sku) => layersWhere(statements, 'sku = ?', [sku])),
    reservations: request.reservations.flatMap((id) => reservationById(statements, id) ?? []),
    openOrders: request.openOrders.flatMap((document) =>
      statements.all(orders, [document], true).map(openOrderOf),
    ),
    period: periodIn(statements),
  };
}

function balancesOf(statements: Statements, request: LoadRequest): Balance[] {
  const byKey = `SELECT * FROM balances
    WHERE sku = ? AND place = ? AND lot = ? AND status = ? AND owner = ?`;
  const single = request.balances.flatMap(({ sku, place, lot, status, owner }) => {
    const row = statements.get(byKey, [sku, place, lot, status, owner], true);
    return row ? [balanceOf(row)] : [];
  });
  const several = request.balancesOf.flatMap(({ sku, place, lot }) => {
    const where = new Conditions().add('sku = ?', sku).add('place = ?', place).add('lot = ?', lot);
    return statements.all(`SELECT * FROM balances WHERE ${where}`, where.values, true);
  });
  return [...single, ...several.map(balanceOf)];
}

import { heldOf } from '../ledger.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { reservedKey } from '../stock/verify/BalanceAudit.ts';

/** What pending reservations hold: by SKU, and in it by `reservedKey`. */
export async function reservedOf(
  store: Pick<Books, 'reservations'>,
  onlySku?: string,
): Promise<Map<string, Map<string, bigint>>> {
  const reserved = new Map<string, Map<string, bigint>>();
  const filter = {
    state: 'pending' as const,
    ...(onlySku === undefined ? {} : { sku: onlySku }),
  };
  for await (const { lines } of rowsOf((page) => store.reservations(filter, page))) {
    for (const line of lines) {
      const { sku, place, lot, pool } = line;
      const ofSku = reserved.get(sku) ?? new Map<string, bigint>();
      const key = reservedKey(place, lot, pool);
      ofSku.set(key, (ofSku.get(key) ?? 0n) + heldOf(line));
      reserved.set(sku, ofSku);
    }
  }
  return reserved;
}

import { StockbusError } from '../../errors.ts';
import type { Caller } from './Caller.ts';

/** What a route does about callers who see and write only some rows; left out: it refuses them. */
export type RouteRows =
  /** It shows, and takes, only theirs. */
  | 'own'
  /** It shows nothing of the books, and writes nothing there. */
  | 'none';

/** Nothing is shown by an address that does not say how it keeps rows apart. Throws HTTP_ROWS. */
export function refuseRows({ actor, rows }: Caller, declared: RouteRows | undefined): void {
  if (!rows || declared !== undefined) return;
  const message = `'${actor}' sees some locations or items only, and this address cannot tell them apart`;
  throw new StockbusError('HTTP_ROWS', message);
}

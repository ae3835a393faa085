import type { Db } from 'mongodb';
import { StockbusError } from '../../errors.ts';

/** Transactions need a replica set or a sharded cluster. Throws STORE_STANDALONE. */
export async function refuseStandalone(database: Db, address: string): Promise<void> {
  const hello = await database.command({ hello: 1 });
  if (hello.setName !== undefined || hello.msg === 'isdbgrid') return;
  const what = `${address} is a standalone server, which has no transactions`;
  throw new StockbusError('STORE_STANDALONE', what);
}

/**
 * A process that books a receipt, and is killed while it books another: all of it is written in a
 * transaction that is still open.
 *
 *   node test/contract/store/killedInCommit.ts ADDRESS SKU
 */
import { ClientSession } from 'mongodb';
import { bookReceipt } from './fixtures.ts';
import { openAt } from './withStore.ts';

const [address = '', sku = ''] = process.argv.slice(2);
const store = await openAt(address);
await bookReceipt(store, 'first', [sku]);
ClientSession.prototype.commitTransaction = async () => {
  process.kill(process.pid, 'SIGKILL');
};
await bookReceipt(store, 'second', [sku]);

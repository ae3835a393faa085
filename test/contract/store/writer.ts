/**
 * A process that books receipts of its own until it has booked so many, or is killed. Prints `ready`,
 * then the number of each receipt once it is committed.
 *
 *   node test/contract/store/writer.ts ADDRESS FIRST COUNT SKU...
 */
import { systemRuntime } from '../../../core/runtime.ts';
import { bookReceipt } from './fixtures.ts';
import { storeKindOf } from './storeKindOf.ts';

const [address = '', first = '0', count = '0', ...skus] = process.argv.slice(2);
const store = await storeKindOf(address).open(address, systemRuntime());
process.stdout.write('ready\n');
for (let number = 0; number < Number(count); number += 1) {
  const name = String(Number(first) + number);
  await bookReceipt(store, name, skus);
  process.stdout.write(`${name}\n`);
}
await store.close();

/**
 * A process of the next version: opens a store, which brings it up to date, and closes it. Says `half` after the second
 * row of the migration, and with `stay` goes no further until it is killed, or reads a byte.
 *
 *   node test/contract/store/migrator.ts ADDRESS [stay]
 */
import { readSync } from 'node:fs';
import { systemRuntime } from '../../../core/runtime.ts';
import { storeKindOf } from './storeKindOf.ts';
import { addMigration } from './testMigration.ts';

const [address = '', stay] = process.argv.slice(2);
addMigration((done) => {
  if (done !== 2) return;
  process.stdout.write('half\n');
  // Standing still as a process does that is paused: nothing else of it goes on.
  if (stay) readSync(0, new Uint8Array(1));
});
const said: string[] = [];
const log = (_: string, event: string): void => void said.push(event);
const store = await storeKindOf(address).open(address, systemRuntime(log));
await store.close();
process.stdout.write(`${said.filter((event) => event.startsWith('store.')).join(' ')}\n`);

/**
 * A process that commits once, and stands still when its second commit is decided and not yet written,
 * until something comes by stdin. Prints `committed` after each commit, and `decided` before it stands still.
 *
 *   node test/contract/store/pausedBooker.ts ADDRESS
 */
import { readSync, writeSync } from 'node:fs';
import { madeAfter } from '../../../core/commit.ts';
import type { Store } from '../../../core/ports.ts';
import { LedgerRig } from '../../ledgerRig.ts';
import { openAt } from './withStore.ts';

const tell = (line: string): void => void writeSync(1, `${line}\n`);

const store = await openAt(process.argv[2]!);
let commits = 0;
const commit: Store['commit'] = (decided) =>
  store.commit((after) => {
    const made = madeAfter(decided, after);
    commits += 1;
    if (commits === 2) {
      tell('decided');
      readSync(0, Buffer.alloc(1));
    }
    return made;
  });
const paused = new Proxy(store, {
  get(target, name) {
    if (name === 'commit') return commit;
    const value: unknown = Reflect.get(target, name);
    return typeof value === 'function' ? value.bind(target) : value;
  },
});
const rig = new LedgerRig({ store: paused, source: '/paused' });
for (const document of ['P1', 'P2']) {
  const lines = [{ sku: 'P', location: 'W1', quantity: '1', unitCost: '2' }];
  await rig.book('receive', { document, at: '2026-01-01T00:00:00.000Z', lines });
  tell('committed');
}
await store.close();

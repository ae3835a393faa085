/**
 * A process that closes January, and stands still when that is decided and not yet committed, until something
 * comes by stdin, each time that it is decided. Prints `decided` before, and at the end what it was refused for, or `closed`.
 *
 *   node test/contract/store/pausedCloser.ts ADDRESS
 */
import { readSync, writeSync } from 'node:fs';
import type { Store } from '../../../core/ports.ts';
import { LedgerRig } from '../../ledgerRig.ts';
import { openAt } from './withStore.ts';

const tell = (line: string): void => void writeSync(1, `${line}\n`);

const store = await openAt(process.argv[2]!);
const commit: Store['commit'] = (decided) => {
  tell('decided');
  readSync(0, Buffer.alloc(1));
  return store.commit(decided);
};
const paused = new Proxy(store, {
  get(target, name) {
    if (name === 'commit') return commit;
    const value: unknown = Reflect.get(target, name);
    return typeof value === 'function' ? value.bind(target) : value;
  },
});
const policy = { closing: { negative: 'refuse', parked: 'refuse' } } as const;
const rig = new LedgerRig({ store: paused, source: '/closer', policy });
const [refusal] = await rig.send([['period.close.v1', { through: '2026-01-31' }]]);
tell(refusal ? `${refusal.code} ${refusal.message}` : 'closed');
await store.close();

/**
 * A process that relays: it gives one record after another to a broker that has all of them at once, and
 * takes it off the outbox. Of the third it stops in between, and is killed there.
 *
 *   node test/contract/store/relayer.ts ADDRESS
 */
import { writeSync } from 'node:fs';
import { openAt } from './withStore.ts';

const tell = (line: string): void => void writeSync(1, `${line}\n`);

const store = await openAt(process.argv[2]!);
for (let sent = 1; ; sent += 1) {
  const [record] = await store.outbox(1);
  if (!record) break;
  tell(`sent ${record.id}`);
  if (sent === 3) process.kill(process.pid, 'SIGSTOP');
  await store.published([record.id], new Date().toISOString());
  tell(`published ${record.id}`);
}
await store.close();

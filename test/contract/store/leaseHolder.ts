/** A process of its own, with a clock of its own, that takes a lease, writes under it and ends, as it is told line by line. */
import { createInterface } from 'node:readline';
import { isStockbusError } from '../../../core/errors.ts';
import { type Hold, Job } from '../../../core/jobs/Job.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { openAt } from './withStore.ts';

const [address = '', shiftMs, leaseMs] = process.argv.slice(2);
const store = await openAt(address);
const own = systemRuntime();
const runtime = { ...own, now: () => own.now() + Number(shiftMs) };
const job = new Job({ store, runtime, leaseMs: Number(leaseMs) }, 'job');
let held: { hold: Hold; end(): void; done: Promise<unknown> } | undefined;

function take(): Promise<string> {
  return new Promise((resolve, reject) => {
    const end = Promise.withResolvers<void>();
    const done = job.run(async (hold) => {
      held = { hold, end: end.resolve, done };
      resolve('has');
      await end.promise;
    });
    done.then(() => resolve('busy'), reject);
  });
}

async function write(): Promise<string> {
  const row = { state: '', since: '', words: [], body: '{}' };
  try {
    await held!.hold.write([{ kind: 'test', id: runtime.newId(), expected: '', row }]);
    return 'wrote';
  } catch (error) {
    if (isStockbusError(error, 'LEASE_LOST')) return error.code;
    throw error;
  }
}

async function end(): Promise<string> {
  held!.end();
  await held!.done;
  return 'ended';
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await (line === 'take' ? take() : line === 'write' ? write() : end());
  process.stdout.write(`${answer}\n`);
}

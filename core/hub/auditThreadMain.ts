/** A thread of its own that audits SKUs; the other end is AuditThread. */
import { parentPort, workerData } from 'node:worker_threads';
import { FaultList, faultOf } from '../errors.ts';
import { systemRuntime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import { StoreAuditor } from '../verify/StoreAuditor.ts';
import type { AuditThreadData, FromAuditThread, ToAuditThread } from './AuditThread.ts';
import { backendOf } from './backendOf.ts';

const port = parentPort!;
const address = workerData as AuditThreadData;
const opening = backendOf('store', stores, address).openToRead(address, systemRuntime(), {
  orEmpty: false,
});
const auditor = opening.then((store) => new StoreAuditor(store));
// Where it cannot be opened, each answer says so.
auditor.catch(() => undefined);

async function answerTo(task: Exclude<ToAuditThread, 'close'>): Promise<FromAuditThread> {
  try {
    return { findings: await (await auditor).audit(task) };
  } catch (error) {
    return { faults: error instanceof FaultList ? [...error.faults] : [faultOf(error)] };
  }
}

let last: Promise<unknown> = Promise.resolve();
port.on('message', (asked: ToAuditThread) => {
  last = last.then(async () => {
    if (asked !== 'close') return port.postMessage(await answerTo(asked));
    port.close();
    await opening.then(
      (store) => store.close(),
      () => undefined,
    );
  });
});

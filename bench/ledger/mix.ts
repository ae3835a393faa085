/**
 * Documents per second: the mix waits in the broker's queue when apply starts; it is over when the
 * last document is committed. The opening stock is there before, and the months before are closed. Events stay in the outbox.
 *
 *   node bench/ledger/mix.ts SKUS DOCUMENTS LATE     LATE: share of documents up to 30 days late
 */

import { hash } from 'node:crypto';
import { ClosingMaker } from '../../core/apply/ClosingMaker.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { limits } from '../../core/limits.ts';
import type { Broker } from '../../core/ports.ts';
import { rowsOf } from '../../core/rowsOf.ts';
import { slicesOf } from '../../core/sideBySide.ts';
import { peakMemoryBytes } from '../../test/peakMemory.ts';
import { answer } from '../child.ts';
import { until } from '../until.ts';
import { Booker } from './Booker.ts';
import { flow, mixedDocuments, openingDocuments } from './documents.ts';
import { benchRuntime, openApply, openLedger } from './opened.ts';

export interface MixFigures {
  documents: number;
  ms: number;
  /** What the mix added to the ledger, and to that in all. */
  entries: number;
  entriesInAll: number;
  commits: number;
  commitsInAll: number;
  peakMB: number;
  cpuMs: number;
}

const DAYS = 90;
const LATE_DAYS = 30;
const TIMEOUT_MS = 600_000;
const LOOK_MS = 25;

const [skus, documents, late] = process.argv.slice(2).map(Number) as [number, number, number];
const opening = await open();
let commits = 0;
const runtime = benchRuntime((name, by = 1) => {
  if (name === 'stockbus_commits_total') commits += by;
});
const { hub, broker, store, close } = await openApply(runtime);
const intakeId = await publish(broker);
const before = process.cpuUsage();
const startedAt = performance.now();
await hub.start();
const report = await until(
  'every document to be booked',
  TIMEOUT_MS,
  async () => {
    const found = await store.intake(intakeId);
    return found?.done && found;
  },
  LOOK_MS,
);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(before);
if (report.booked !== documents) throw new Error(`${report.booked} of ${documents} were booked`);
await hub.stop();
const entriesInAll = await countEntries();
await close();
answer({
  documents,
  ms,
  entries: entriesInAll - opening.entries,
  entriesInAll,
  commits,
  commitsInAll: commits + opening.commits,
  peakMB: peakMemoryBytes() / 1e6,
  cpuMs: (user + system) / 1_000,
} satisfies MixFigures);

async function open() {
  const { store, config, close } = await openLedger(benchRuntime());
  const booker = new Booker({ store, runtime: benchRuntime(), policy: config.stock });
  await booker.book(openingDocuments(skus));
  // Once a month, and no part of what a document costs.
  await new ClosingMaker({ store, runtime: benchRuntime() }).work();
  await close();
  return booker.written;
}

/** As intake does: batches of bounded size, the last of which says how many there are. */
async function publish(broker: Broker): Promise<string> {
  const origin = { intakeId: hash('sha256', `${Date.now()}`).slice(0, 24), flow, name: 'mix' };
  const queue = commandQueue(0);
  await broker.declare({ queues: [queue], subscriptions: [] });
  const batches = Math.ceil(documents / limits.batchRecords);
  let index = 0;
  const feed = { skus, documents, days: DAYS, late, lateDays: LATE_DAYS };
  for (const commands of slicesOf(mixedDocuments(feed), limits.batchRecords)) {
    const part = {
      ...{ origin, index, records: commands.length, filtered: 0, commands, parked: [] },
      ...(index === batches - 1 ? { batches } : {}),
    };
    const body = Buffer.from(JSON.stringify({ v: 1, parts: [part] }));
    const id = `${origin.intakeId}/${index}`;
    await broker.publish([{ id, to: { queue }, body, contentType: 'application/json' }]);
    index += 1;
  }
  return origin.intakeId;
}

async function countEntries(): Promise<number> {
  let entries = 0;
  for await (const { seq } of rowsOf((page) => store.heads(page))) entries += seq;
  return entries;
}

/**
 * Builds a ledger through rounds of apply: the mix over two years, 1 % of it late by up to 30 days, learnt
 * an hour after each commit's last document. Two clocks then tell two stories.
 *
 *   node bench/ledger/history.ts SKUS ENTRIES
 */
import { ClosingMaker } from '../../core/apply/ClosingMaker.ts';
import { answer } from '../child.ts';
import { Booker, emptyOutbox } from './Booker.ts';
import { mixedDocuments, OPENED_AT, openingDocuments } from './documents.ts';
import { benchRuntime, openLedger } from './opened.ts';

export interface HistoryFigures {
  entries: number;
  commits: number;
  ms: number;
  cpuMs: number;
  /** Of it the closings of its months. */
  closings: { made: number; ms: number; cpuMs: number };
}

const HOUR_MS = 3_600_000;

const [skus, entries] = process.argv.slice(2).map(Number) as [number, number];
let now = OPENED_AT;
const runtime = { ...benchRuntime(), now: () => now };
const { store, config, close } = await openLedger(runtime);
const booker = new Booker({ store, runtime, policy: config.stock });
const { written } = booker;
const closings = new ClosingMaker({ store, runtime });
const spent = { ms: 0, cpuMs: 0 };
const startedAt = performance.now();
await booker.book(openingDocuments(skus), background);
await booker.book(feed(), background);
const ms = performance.now() - startedAt;
const cpuMs = cpuMsNow();
const made = (await store.closings()).length;
await close();
answer({ ...written, ms, cpuMs, closings: { made, ...spent } } satisfies HistoryFigures);

/** What a hub does beside its commits. */
async function background(): Promise<void> {
  await emptyOutbox(store);
  const [started, cpuMsBefore] = [performance.now(), cpuMsNow()];
  await closings.work();
  spent.ms += performance.now() - started;
  spent.cpuMs += cpuMsNow() - cpuMsBefore;
}

/** Of this process, from its beginning. */
function cpuMsNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Ends where the ledger is long enough. */
function* feed() {
  const documents = entries - skus;
  for (const command of mixedDocuments({ skus, documents, days: 730, late: 0.01, lateDays: 30 })) {
    if (written.entries >= entries) return;
    const { at } = command.data as { at: string };
    now = Math.max(now, Date.parse(at) + HOUR_MS);
    yield command;
  }
}

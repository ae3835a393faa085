/**
 * Builds a ledger through rounds of apply: the mix over two years, 1 % of it late by up to 30 days, learnt
 * an hour after each commit's last document. Two clocks then tell two stories. A month's end ends a commit,
 * as it does in a hub that books what comes: a commit of the bench may span weeks.
 *
 *   node bench/ledger/history.ts SKUS ENTRIES
 */
import { ClosingMaker } from '../../core/apply/ClosingMaker.ts';
import { monthOf } from '../../core/closing.ts';
import type { Command } from '../../core/message.ts';
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
await bookAll();
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

/** Until the ledger is long enough. */
async function bookAll(): Promise<void> {
  const documents = entries - skus;
  const feed = mixedDocuments({ skus, documents, days: 730, late: 0.01, lateDays: 30 });
  const rest = feed[Symbol.iterator]();
  let next = rest.next();
  const isLongEnough = (): boolean => next.done === true || written.entries >= entries;
  while (!isLongEnough()) await booker.book(restOfMonth(), background);

  /** What is learnt in one month; none of it waits for a commit of the next. */
  function* restOfMonth(): Generator<Command> {
    const month = monthLearnt(next.value!);
    for (; !isLongEnough() && monthLearnt(next.value!) === month; next = rest.next()) {
      now = learntAt(next.value!);
      yield next.value!;
    }
  }
}

function learntAt({ data }: Command): number {
  return Math.max(now, Date.parse((data as { at: string }).at) + HOUR_MS);
}

function monthLearnt(command: Command): string {
  return monthOf(new Date(learntAt(command)).toISOString());
}

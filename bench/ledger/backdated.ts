/**
 * A receipt that is dated before all other movements of its SKU: until every value after it is final.
 * Few enough later movements are costed anew in the commit of the receipt; more are left for the
 * background, which tells how far it is.
 *
 *   node bench/ledger/backdated.ts LATER TIMES
 */
import { Recoster } from '../../core/apply/Recoster.ts';
import type { Command } from '../../core/message.ts';
import { answer } from '../child.ts';
import { Booker, emptyOutbox } from './Booker.ts';
import { costOf, documentOf, OPENED_AT } from './documents.ts';
import { benchRuntime, openLedger } from './opened.ts';

export interface BackdatedFigures {
  later: number;
  /** Each receipt is dated before the one before. */
  runs: {
    /** Until the receipt was committed, on a state that was not in memory. */
    bookedMs: number;
    /** Until all values were final. */
    finalMs: number;
    /** Corrections that were posted. */
    corrections: number;
    /** How far the background was: milliseconds from the start, facts done, facts in all. */
    progress: [ms: number, done: number, total: number][];
  }[];
}

const [later, times] = process.argv.slice(2).map(Number) as [number, number];
const SKU = 'BACKDATED';
const START = OPENED_AT + 86_400_000;
const STEP_MS = 60_000;

const { store, config, close } = await openLedger(benchRuntime());
const parts = { store, runtime: benchRuntime(), policy: config.stock };
await new Booker(parts).book(movements(), () => emptyOutbox(store));
const runs: BackdatedFigures['runs'] = [];
for (let time = 1; time <= times; time += 1) runs.push(await backdate(time));
await close();
answer({ later, runs } satisfies BackdatedFigures);

/** A receipt, then three issues that take as much: every issue's cost moves with what is in front. */
function* movements(): Generator<Command> {
  yield receipt('OPEN', START, '1000', 0);
  for (let number = 1; number < later; number += 1) {
    const at = START + number * STEP_MS;
    if (number % 4 === 1) yield receipt(`R-${number}`, at, '30', number);
    else {
      const line = { sku: SKU, location: 'N1', quantity: '10' };
      yield documentOf('stock.issue.v1', `I-${number}`, at, { lines: [line] });
    }
  }
}

function receipt(document: string, at: number, quantity: string, number: number): Command {
  const line = { sku: SKU, location: 'N1', quantity, unitCost: costOf(number) };
  return documentOf('stock.receive.v1', document, at, { lines: [line] });
}

async function backdate(time: number): Promise<BackdatedFigures['runs'][number]> {
  const booker = new Booker(parts);
  const progress: [number, number, number][] = [];
  const recoster = new Recoster({
    ...booker.parts,
    committed: () => undefined,
  });
  const startedAt = performance.now();
  const sinceStart = (): number => performance.now() - startedAt;
  await booker.commit([receipt(`LATE-${time}`, START - time * STEP_MS, '37', 100 + time)]);
  const bookedMs = sinceStart();
  const look = async (): Promise<boolean> => {
    const { rows } = await store.recosts({ limit: 1 });
    const waiting = rows[0]?.recost;
    if (waiting && waiting.done !== progress.at(-1)?.[1]) {
      progress.push([sinceStart(), waiting.done, waiting.total]);
    }
    return waiting !== undefined;
  };
  let finalMs = bookedMs;
  if (await look()) {
    const timer = setInterval(() => void look(), 200);
    await recoster.work();
    finalMs = sinceStart();
    clearInterval(timer);
    if (await look()) throw new Error('the background stopped before it was done');
  }
  return { bookedMs, finalMs, corrections: booker.written.entries - 1, progress };
}

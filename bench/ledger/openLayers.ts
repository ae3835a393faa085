/**
 * What an issue costs from a SKU with few open FIFO layers, and from one with many. Both SKUs lie in
 * one store and are measured in turns, so that what disturbs one disturbs the other.
 *
 *   node bench/ledger/openLayers.ts FEW MANY
 */

import type { Command } from '../../core/message.ts';
import { answer } from '../child.ts';
import { median } from '../report.ts';
import { Booker, emptyOutbox } from './Booker.ts';
import { costOf, documentOf, OPENED_AT } from './documents.ts';
import { benchRuntime, openLedger } from './opened.ts';

/** Of the SKU with few layers and of that with many. */
type Both = [few: number, many: number];

export interface LayerFigures {
  layers: Both;
  /** An issue that is a commit of its own. */
  aloneMs: Both;
  /** One of the issues of a full batch, committed together. */
  inBatchMs: Both;
  /** The first issue after a start, which loads the SKU with all of its layers. */
  firstMs: Both;
}

const ALONE = 200;
const BATCHES = 16;
const BATCH = 250;
const FIRST = 5;
/** In a layer, so that the few last for all issues, and every issue takes of one or of two. */
const LAYER_QUANTITY = 1_500;

const layers = process.argv.slice(2).map(Number) as Both;
const { store, config, close } = await openLedger(benchRuntime());
const parts = { store, runtime: benchRuntime(), policy: config.stock };
let minute = 0;

await new Booker(parts).book(receipts());
const firstMs = await medians(FIRST, async (which) => {
  const booker = new Booker(parts);
  return timed(() => booker.commit([issue(which)]));
});
const booker = new Booker(parts);
for (const which of [0, 1] as const) await booker.commit([issue(which)]);
await emptyOutbox(store);
const aloneMs = await medians(ALONE, (which) => timed(() => booker.commit([issue(which)])));
await emptyOutbox(store);
const inBatchMs = await medians(BATCHES, async (which) => {
  const batch = Array.from({ length: BATCH }, () => issue(which));
  return (await timed(() => booker.commit(batch))) / BATCH;
});
await close();
answer({ layers, aloneMs, inBatchMs, firstMs } satisfies LayerFigures);

function* receipts(): Generator<Command> {
  for (const [which, count] of layers.entries()) {
    for (let number = 0; number < count; number += 1) {
      const line = { location: 'N1', quantity: String(LAYER_QUANTITY), unitCost: costOf(number) };
      yield documentOf('stock.receive.v1', `R-${which}-${number}`, nextMinute(), {
        lines: [{ sku: `LAYERS-${which}`, ...line }],
      });
    }
  }
}

function issue(which: number): Command {
  const at = nextMinute();
  const line = { sku: `LAYERS-${which}`, location: 'N1', quantity: '1' };
  return documentOf('stock.issue.v1', `I-${which}-${minute}`, at, { lines: [line] });
}

function nextMinute(): number {
  minute += 1;
  return OPENED_AT + minute * 60_000;
}

async function medians(times: number, measure: (which: 0 | 1) => Promise<number>): Promise<Both> {
  const measured: [number[], number[]] = [[], []];
  for (let time = 0; time < times; time += 1) {
    for (const which of [0, 1] as const) measured[which].push(await measure(which));
  }
  return [median(measured[0]), median(measured[1])];
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

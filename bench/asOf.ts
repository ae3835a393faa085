/**
 * What reading the past costs: a ledger of a mix of documents (60 % issues, 25 % receipts, 10 %
 * transfers into another pool, 5 % counts; every twentieth dated back), written through the store, then
 * summed by both clocks and streamed. Pages of 1,000 rows, as a report reads them.
 *
 *   node bench/asOf.ts [SKUS [ENTRIES]]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Commit, LedgerEntry } from '../core/ledger.ts';
import type { Page, Paged, Store } from '../core/ports.ts';
import { rowsOf } from '../core/rowsOf.ts';
import { systemRuntime } from '../core/runtime.ts';
import { sqlite } from '../core/stores/sqlite.ts';
import { randomFrom } from './random.ts';

const PAGE_ROWS = 1_000;
const COMMIT_ENTRIES = 2_000;
const START = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;
const HASH = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

const ways = [
  ...Array(60).fill({ kind: 'issue', from: 'W1', to: 'customer', fromPool: 'main', toPool: '' }),
  ...Array(25).fill({ kind: 'receive', from: 'supplier', to: 'W1', fromPool: '', toPool: 'main' }),
  ...Array(10).fill({ kind: 'transfer', from: 'W1', to: 'W2', fromPool: 'main', toPool: 'east' }),
  ...Array(5).fill({ kind: 'count', from: 'W2', to: 'adjustment', fromPool: 'east', toPool: '' }),
] as Pick<LedgerEntry, 'kind' | 'from' | 'to' | 'fromPool' | 'toPool'>[];

export const momentAt = (part: number, entries: number): string =>
  new Date(START + Math.floor(part * entries) * MINUTE_MS).toISOString();

/** Entries arrive a minute apart; the heads say how many each SKU has. */
export function* mixedCommits(skus: number, entries: number): Generator<Commit> {
  const random = randomFrom(11);
  const seqs = new Map<string, number>();
  for (let first = 0; first < entries; first += COMMIT_ENTRIES) {
    const count = Math.min(COMMIT_ENTRIES, entries - first);
    const recordedAt = new Date(START + (first + count) * MINUTE_MS).toISOString();
    const before = new Map<string, number>();
    const rows = Array.from({ length: count }, (_, index): LedgerEntry => {
      const sku = `SKU-${String(Math.floor(random() * skus)).padStart(6, '0')}`;
      const seq = (seqs.get(sku) ?? 0) + 1;
      if (!before.has(sku)) before.set(sku, seq - 1);
      seqs.set(sku, seq);
      const late = random() < 0.05 ? Math.floor(random() * (first + index)) : 0;
      return {
        ...ways[Math.floor(random() * ways.length)]!,
        sku,
        seq,
        quantity: BigInt(1 + Math.floor(random() * 9)) * 1_000_000n,
        value: BigInt(100 + Math.floor(random() * 900)),
        lot: '',
        status: 'available',
        owner: '',
        document: `D${Math.floor((first + index) / 20)}`,
        line: String(index % 20),
        partner: '17850',
        reason: '',
        reference: '',
        at: new Date(START + (first + index - late) * MINUTE_MS).toISOString(),
        recordedAt,
        source: '/flows/bench',
        messageId: `D${Math.floor((first + index) / 20)}`,
        hash: HASH,
      };
    });
    yield commitOf(recordedAt, rows, before, seqs);
  }
}

function commitOf(
  recordedAt: string,
  entries: LedgerEntry[],
  before: ReadonlyMap<string, number>,
  seqs: ReadonlyMap<string, number>,
): Commit {
  const rest = { layers: [], staleCheckpoints: [], checkpoints: [], locations: [], outbox: [] };
  const none = { inbox: [], tallies: [], parked: [], balances: [], reservations: [] };
  return {
    ...{ recordedAt, entries, periodVersion: 0, openOrders: [], ...rest, ...none },
    heads: [...before].map(([sku, expectedVersion]) => ({
      expectedVersion,
      head: {
        ...{ sku, version: seqs.get(sku)!, seq: seqs.get(sku)!, item: undefined, pools: [] },
        opening: { valuation: 'average', standardCost: 0n },
        ...{ recordedAt, hash: HASH, latestAt: recordedAt, checkpointSeq: 0 },
      },
    })),
  };
}

export async function readThePast(store: Store, entries: number): Promise<[string, string][]> {
  const [past, known] = [momentAt(0.5, entries), momentAt(0.75, entries)];
  const end = momentAt(2, entries);
  const figures: [string, string][] = [];
  const time = async <Row>(
    name: string,
    list: (page: Page) => Promise<Paged<Row>>,
    limit: number,
  ) => {
    const start = performance.now();
    const rows = await countRows(list, limit);
    figures.push([name, `${rows} rows in ${(performance.now() - start).toFixed(0)} ms`]);
  };
  const filters = {
    'as of half the time': { asOf: past },
    'as of half, known at three quarters': { asOf: past, knownAt: known },
    'known at half the time': { knownAt: past },
    'as of the end': { asOf: end },
  };
  for (const [name, filter] of Object.entries(filters)) {
    await time(`valuation ${name}`, (page) => store.valuation(filter, page), PAGE_ROWS);
  }
  await time('stock as of half the time', (page) => store.stock({ asOf: past }, page), PAGE_ROWS);
  const one = { sku: 'SKU-000007', asOf: past };
  await time('valuation of one SKU', (page) => store.valuation(one, page), PAGE_ROWS);
  await time('ledger of one SKU', (page) => store.ledger({ sku: one.sku }, page), PAGE_ROWS);
  await time('whole ledger', (page) => store.ledger({}, page), PAGE_ROWS);
  await time('whole ledger by 10,000', (page) => store.ledger({}, page), 10 * PAGE_ROWS);
  return figures;
}

async function countRows<Row>(
  list: (page: Page) => Promise<Paged<Row>>,
  limit: number,
): Promise<number> {
  let rows = 0;
  for await (const _ of rowsOf(list, limit)) rows += 1;
  return rows;
}

if (import.meta.main) {
  const [skus = '1000', entries = '1000000'] = process.argv.slice(2);
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const store = await sqlite.open(`file:${folder}`, systemRuntime());
    const start = performance.now();
    for (const commit of mixedCommits(Number(skus), Number(entries))) await store.commit(commit);
    const seconds = (performance.now() - start) / 1_000;
    const figures = await readThePast(store, Number(entries));
    await store.close();
    figures.unshift([`${entries} entries of ${skus} SKUs`, `written in ${seconds.toFixed(1)} s`]);
    for (const [name, figure] of figures) process.stdout.write(`${name}: ${figure}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

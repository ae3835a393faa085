/** What rows of one SKU cost that come in another order than that of business time, counted and not timed. */
import assert from 'node:assert/strict';
import type { Commit, CommitMaker } from '../../../core/commit.ts';
import { madeAfter } from '../../../core/commit.ts';
import type { Valuation } from '../../../core/ports.ts';
import { costsFrom } from '../../../core/stock/costing/checkpoint.ts';
import { valuations } from '../../../core/stock/valuation/valuations.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

const ROWS = 600;
const ROWS_PER_COMMIT = 10;
const bounds = { recostFacts: 40, checkpointFacts: 20, historyRows: 64 };

/** The same rows, and the one that all of them come before. */
const orders: Record<string, (rows: Doc[], last: Doc) => Doc[]> = {
  'in order': (rows, last) => [...rows, last],
  'all before one that came first': (rows, last) => [last, ...rows],
  'from the last to the first': (rows, last) => [last, ...rows.toReversed()],
  'in a random order': (rows, last) => [last, ...shuffled(rows)],
};

interface Work {
  /** Times that a fact was costed. */
  costed: number;
  entries: { written: number; read: number };
  /** In checkpoints, all of them. */
  layersKept: number;
  state: object;
}

class CountingStore extends MemoryStore {
  readonly entries = { written: 0, read: 0 };
  loads = 0;
  layersKept = 0;

  override load(...asked: Parameters<MemoryStore['load']>) {
    this.loads += 1;
    return super.load(...asked);
  }

  override async entriesAfter(...asked: Parameters<MemoryStore['entriesAfter']>) {
    const entries = await super.entriesAfter(...asked);
    this.entries.read += entries.length;
    return entries;
  }

  override commit(decided: Commit | CommitMaker) {
    return super.commit((after) => {
      const commit = madeAfter(decided, after);
      for (const { entries } of commit.packs) this.entries.written += entries.length;
      for (const { state } of commit.checkpoints) {
        const { layerCount } = costsFrom(state, 'X', 2);
        this.layersKept += layerCount;
      }
      return commit;
    });
  }
}

/** A large receipt, and issues with a receipt at another cost now and then: nothing is ever short in the end. */
const sales: Doc[] = Array.from({ length: ROWS }, (_, index): Doc => {
  if (index === 0) return row('receive', 'OPEN', 0, '10000', '3');
  if (index % 20 === 0) return row('receive', `R${index}`, index, '7', `${1 + (index % 11)}`);
  return row('issue', `I${index}`, index, '2');
});

/** A layer each. */
const receipts: Doc[] = Array.from({ length: ROWS }, (_, index) =>
  row('receive', `R${index}`, index, '7', `${1 + (index % 11)}`),
);

const kinds: Record<string, { valuation: 'fifo' | 'average'; rows: Doc[] }> = {
  'sales by fifo': { valuation: 'fifo', rows: sales },
  'sales by average': { valuation: 'average', rows: sales },
  'receipts by fifo': { valuation: 'fifo', rows: receipts },
  'receipts by average': { valuation: 'average', rows: receipts },
};

function row(type: string, document: string, minutes: number, quantity: string, unitCost?: string) {
  const line = { sku: 'X', location: 'A', quantity, ...(unitCost ? { unitCost } : {}) };
  return [type, { document, at: day(1, minutes), lines: [line] }] satisfies Doc;
}

/** Any order will do, if it is the same each time. */
function shuffled(docs: readonly Doc[]): Doc[] {
  const step = 251;
  return docs.map((_, index) => docs[(index * step + 100) % docs.length]!);
}

async function workOf(kind: string, order: string): Promise<Work> {
  const { valuation, rows } = kinds[kind]!;
  const store = new CountingStore();
  const rig = new LedgerRig({ store, bounds, policy: { valuation, negative: 'allow' } });
  const docs = orders[order]!(rows, row('receive', 'LAST', ROWS, '5', '8'));
  const costed = await countingUse(valuations[valuation], async () => {
    for (let from = 0; from < docs.length; from += ROWS_PER_COMMIT) {
      const refused = await rig.send(docs.slice(from, from + ROWS_PER_COMMIT));
      assert.deepEqual(refused.filter(Boolean), []);
    }
    await rig.recost();
  });
  const { entries, layersKept } = store;
  return { costed, entries, layersKept, state: await rig.state() };
}

async function countingUse(valuation: Valuation, work: () => Promise<void>): Promise<number> {
  const { take, put } = valuation;
  let used = 0;
  valuation.take = (...asked) => {
    used += 1;
    return take(...asked);
  };
  valuation.put = (...asked) => {
    used += 1;
    put(...asked);
  };
  try {
    await work();
  } finally {
    Object.assign(valuation, { take, put });
  }
  return used;
}

describe('rows of one SKU that come late', () => {
  for (const kind of Object.keys(kinds)) {
    for (const order of Object.keys(orders).slice(1)) {
      it(`cost in proportion to their number, ${kind} ${order}`, async () => {
        const inOrder = await workOf(kind, 'in order');
        const late = await workOf(kind, order);
        assert.deepEqual(late.state, inOrder.state);
        // As they come, and once by all that is known in the end; commits cost no more anew than came with them.
        const most = 3 * inOrder.costed + 2 * bounds.recostFacts;
        assert.ok(late.costed <= most, `costed ${late.costed} times, at most ${most}`);
        const { written, read } = late.entries;
        const all = inOrder.entries.written;
        assert.ok(written <= 3 * all, `${written} entries written for ${all}`);
        assert.ok(read <= written, `${read} entries read of ${written}`);
        // However many parts the background makes, all their checkpoints are little beside the facts.
        const layers = late.layersKept;
        assert.ok(layers <= 2 * ROWS, `${layers} layers kept in checkpoints for ${ROWS} rows`);
      });
    }
  }

  it('read nothing of the past where only rows of their own commit come after them', async () => {
    for (const valuation of ['fifo', 'average'] as const) {
      const inOrder = await sentIn(valuation, (rows) => rows);
      const late = await sentIn(valuation, (rows) => rows.toReversed());
      assert.deepEqual(late.state, inOrder.state);
      assert.equal(late.read, 0);
    }
  });

  it('read nothing of it either where they follow in commits of one instant', async () => {
    const inOrder = await sentIn('fifo', (rows) => rows, { minutes: 0 });
    const late = await sentIn('fifo', (rows) => rows.toReversed(), { minutes: 0 });
    assert.deepEqual(late.state, inOrder.state);
    assert.equal(late.read, 0);
  });

  it('of many SKUs ask the store once for all of them', async () => {
    const skus = Array.from({ length: 12 }, (_, index) => `S${index}`);
    const docsOf = (type: string, minutes: number): Doc[] =>
      skus.map((sku) => {
        const [kind, data] = row(type, `${type} ${minutes} ${sku}`, minutes, '5', '3');
        const { lines, ...more } = data as { lines: object[] };
        return [kind, { ...more, lines: lines.map((line) => ({ ...line, sku })) }];
      });
    const loads: number[] = [];
    for (const order of [(some: Doc[]) => some, (some: Doc[]) => some.toReversed()]) {
      const store = new CountingStore();
      const rig = new LedgerRig({ store });
      await rig.send(docsOf('receive', 0));
      store.loads = 0;
      await rig.send(order([...docsOf('receive', 1), ...docsOf('receive', 2)]));
      loads.push(store.loads);
      assert.equal(store.entries.read, 0);
    }
    assert.deepEqual(loads, [loads[0], loads[0]! + 1]);
  });

  it('read it where that tells what many are short of, which a receipt settles', async () => {
    const last = row('receive', 'IN', ROWS, '9', '4');
    const inOrder = await sentIn('fifo', (rows) => rows, { last });
    const late = await sentIn('fifo', (rows) => rows.toReversed(), { last });
    assert.deepEqual(late.state, inOrder.state);
    // All that was committed before.
    assert.equal(late.read, 1 + 60 - ROWS_PER_COMMIT);
  });
});

/** Issues of what was never received, some to a commit, so many minutes apart, and what comes with the last of them. */
async function sentIn(
  valuation: 'fifo' | 'average',
  order: (rows: Doc[]) => Doc[],
  { minutes = 1, last }: { minutes?: number; last?: Doc } = {},
) {
  const store = new CountingStore();
  const rig = new LedgerRig({ store, policy: { valuation, negative: 'allow' } });
  await rig.send([row('issue', 'FIRST', 0, '2')]);
  const docs = Array.from({ length: 60 }, (_, index) =>
    row('issue', `I${10 + index}`, 1 + index * minutes, '2'),
  );
  for (let from = 0; from < docs.length; from += ROWS_PER_COMMIT) {
    const some = order(docs.slice(from, from + ROWS_PER_COMMIT));
    const isLast = from + ROWS_PER_COMMIT >= docs.length;
    const refused = await rig.send(isLast && last ? [...some, last] : some);
    assert.deepEqual(refused.filter(Boolean), []);
  }
  return { read: store.entries.read, state: await rig.state() };
}

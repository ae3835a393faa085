/**
 * What holds of commits, whatever fails, comes twice or comes at once: invariants 9, 10, 17, 19 and 20
 * of the ledger, and replay after faults of the store.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inRank } from '../../core/apply/inRank.ts';
import { formatDecimal } from '../../core/decimal.ts';
import { eventsOf } from '../../core/deliver/stockEvents.ts';
import type { CommitResult, Loaded } from '../../core/ports.ts';
import { OutboxTexts } from '../../core/relay/movedText.ts';
import { readFactor, toBase } from '../../core/stock/units.ts';
import { patience, runs } from '../runs.ts';
import { Books, bookAll, commandOf } from './Books.ts';
import { check, checkAny } from './check.ts';
import { saidBy } from './compare.ts';
import type { Doc, History, ItemFacts } from './documents.ts';
import { describeHistory } from './documents.ts';
import type { Fate } from './FaultyStore.ts';
import { FaultyStore } from './FaultyStore.ts';
import { events, histories, movements } from './histories.ts';
import { MemoryStore } from './MemoryStore.ts';

const all = { limit: 100_000 };
const anything = histories({ events, owners: true });

/** Of reservations all but what may be done to one time and again. */
const answersForItself = ({ type, data }: Doc): boolean =>
  type.startsWith('reservation.') && type !== 'reservation.update.v1' && data.rest !== 'keep';

/** Everything that a store holds of the books, to compare before and after. */
const everything = async ({ store }: Books) => ({
  entries: (await store.ledger({}, all)).rows,
  heads: (await store.heads(all)).rows,
  balances: (await store.stock({}, all)).rows,
  layers: (await store.layers(all)).rows,
  reservations: (await store.reservations({}, all)).rows,
  period: await store.period(),
});

describe(`commits (${runs()} histories each)`, function () {
  this.timeout(patience());

  it('1. Replay, 10. Atomicity: lost commits and lost answers leave the books as if nothing had failed', () =>
    checkAny(
      fc.tuple(anything, fc.array(fc.constantFrom<Fate>('written', 'lost', 'unanswered'))),
      ([history, fates]) => `${describeHistory(history)}\n\ncommits: ${fates.join(', ')}`,
      async ([{ setting, docs }, fates]) => {
        const one = await bookAll({ setting, docs });
        const store = new FaultyStore();
        const books = await Books.open(setting, store);
        store.fates = [...fates];
        for (const doc of docs) await books.send(doc);
        assert.deepEqual(await everything(books), await everything(one.books));
      },
    ));

  it('9. Idempotency: what comes again changes nothing, and other content under the same id is a conflict', () =>
    check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) {
        const id = `once ${docs.indexOf(doc)}`;
        const [answer] = await books.sendAs('/test', [doc], [id]);
        if (answer !== 'booked' || answersForItself(doc)) continue;
        const before = await everything(books);
        const again = await books.sendAs('/test', [doc, doc], [id, id]);
        assert.deepEqual(again, ['exists', 'exists']);
        const other = { ...doc, data: { ...doc.data, reason: 'SOMETHING ELSE' } };
        assert.deepEqual(await books.sendAs('/test', [other], [id]), ['ID_CONFLICT']);
        assert.deepEqual(await everything(books), before);
      }
    }));

  it('9. Idempotency: a reservation asked for again is answered again, one that failed stays failed', () =>
    check(
      histories({
        events: ['receive', 'issue', 'reserve', 'reserve', 'commit', 'void'],
        negative: ['deny'],
      }),
      async ({ setting, docs }) => {
        const books = await Books.open(setting);
        for (const doc of docs) {
          await books.send(doc);
          if (doc.type !== 'reservation.create.v1') continue;
          const before = await standOf(books, doc);
          await books.sendAs('/again', [doc]);
          const after = await standOf(books, doc);
          assert.equal(after.state, before.state);
          assert.deepEqual(after.balances, before.balances);
        }
      },
    ));

  it('10. Atomicity: a document with a line that is refused leaves no trace', () =>
    check(histories({ events: movements }), async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) {
        await books.send(doc);
        const before = await everything(books);
        const [answer] = await books.sendAs('/test', [spoilt(doc)]);
        assert.notEqual(answer, 'booked');
        assert.deepEqual(await everything(books), before);
      }
    }));

  it('10. Atomicity: nor in what another document of its commit changes', () =>
    check(histories({ events: movements }), async ({ setting, docs }) => {
      const { books: without } = await bookAll({ setting, docs });
      const books = await Books.open(setting);
      for (const [index, doc] of docs.entries()) {
        const [answer] = await books.send(spoilt(docs[docs.length - 1 - index]!), doc);
        assert.notEqual(answer, 'booked');
      }
      assert.deepEqual(await everything(books), await everything(without));
    }));

  it('10. Atomicity: documents of one commit see each other, as if each had its own', () =>
    checkAny(
      fc.tuple(anything, fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 })),
      ([history, sizes]) => `${describeHistory(history)}\n\ncommits of ${sizes.join(', ')}`,
      async ([{ setting, docs }, sizes]) => {
        // A commit has one time, and reservations and what is known at a moment go by it.
        const timeless = docs.filter(({ type }) => !type.startsWith('reservation.'));
        const books = await Books.open(setting);
        const answers = new Map<Doc, string>();
        for (let index = 0, turn = 0; index < timeless.length; turn += 1) {
          const size = sizes[turn % sizes.length]!;
          const commit = timeless.slice(index, index + size);
          const given = await books.send(...commit);
          for (const doc of decided(commit)) answers.set(doc, given[commit.indexOf(doc)]!);
          index += size;
        }
        const one = await bookAll({ setting, docs: [...answers.keys()] });
        assert.deepEqual([...answers.values()], one.answers);
        assert.deepEqual(await saidBy(books), await saidBy(one.books));
      },
    ));

  it('17. Linearizable claim: of many takers at once no more succeed than there are units', () =>
    checkAny(claims, (claim) => JSON.stringify(claim), claimAtOnce));

  it('19. Units: there and back again is the same, and what came in boxes leaves in pieces', () =>
    checkAny(conversions, (one) => JSON.stringify(one), convert));

  it('20. Fan-out: whoever keeps the newest of each balance has what the store has, in any order, with duplicates', () =>
    checkAny(
      fc.tuple(anything, fc.array(fc.nat(), { maxLength: 60 }), fc.infiniteStream(fc.nat())),
      ([history]) => describeHistory(history),
      async ([history, twice, order]) => {
        const { books } = await bookAll(history);
        const events = await changesOf(books);
        const repeated = twice.flatMap((index) => events[index % events.length] ?? []);
        const shuffled = [...events, ...repeated]
          .map((event) => ({ event, rank: order.next().value }))
          .sort((one, other) => one.rank - other.rank);
        const known = new Map<string, Changed>();
        for (const { event } of shuffled) {
          const key = [event.sku, event.location, event.lot, event.status, event.owner].join('|');
          if (Number(known.get(key)?.version ?? 0) <= Number(event.version)) known.set(key, event);
        }
        const there = (await books.store.stock({}, all)).rows.filter(({ version }) => version > 0);
        for (const { sku, place, lot, status, owner, onHand } of there) {
          const key = [sku, place, lot || undefined, status, owner || undefined].join('|');
          assert.equal(known.get(key)?.onHand ?? '0', formatDecimal(onHand), key);
        }
      },
    ));
});

/** Ends in a line that is refused. */
const spoilt = ({ data, ...doc }: Doc): Doc => {
  const impossible = { sku: 'NOBODY KNOWS', location: 'A', from: 'A', to: 'B', quantity: '1' };
  return {
    ...doc,
    data: { ...data, document: `${data.document}!`, lines: [...data.lines!, impossible] },
  };
};

/** Documents of one commit in the order in which they are decided: a receipt before a return of its instant. */
const decided = (docs: readonly Doc[]): Doc[] =>
  inRank(docs.map((doc, index) => commandOf(doc, '/test', undefined, index))).map(
    ({ record }) => docs[record]!,
  );

async function standOf({ store }: Books, { data }: Doc) {
  const { rows } = await store.reservations({}, all);
  const balances = (await store.stock({}, all)).rows.map(({ version: _, ...rest }) => rest);
  return { state: rows.find(({ id }) => id === data.reservation)?.state, balances };
}

// --- takers at once -------------------------------------------------------------------------------

interface Claim {
  units: number;
  takers: ('issue' | 'reserve')[];
  /** Turns that each question to the store takes, in order. */
  turns: number[];
}

const claims: fc.Arbitrary<Claim> = fc.record({
  units: fc.integer({ min: 0, max: 5 }),
  takers: fc.array(fc.constantFrom('issue' as const, 'reserve' as const), {
    minLength: 1,
    maxLength: 8,
  }),
  turns: fc.array(fc.nat({ max: 9 }), { minLength: 1 }),
});

/** Answers late, so that takers come in between each other. */
class SlowStore extends MemoryStore {
  turns: number[] = [];
  #count = 0;

  async #wait(): Promise<void> {
    this.#count += 1;
    const turns = this.turns[this.#count % this.turns.length] ?? 0;
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  }

  override async load(request: Parameters<MemoryStore['load']>[0]): Promise<Loaded> {
    await this.#wait();
    return super.load(request);
  }

  override async commit(commit: Parameters<MemoryStore['commit']>[0]): Promise<CommitResult> {
    await this.#wait();
    return super.commit(commit);
  }
}

async function claimAtOnce({ units, takers, turns }: Claim): Promise<void> {
  const item: ItemFacts = { sku: 'X', valuation: 'fifo' };
  const setting: History['setting'] = {
    ...{ items: [item], pools: {}, negative: 'deny', minorDigits: 2, closedPeriod: 'refuse' },
  };
  const recordedAt = '2026-06-01T00:00:00.000Z';
  const at = '2026-01-01T00:00:00.000Z';
  const store = new SlowStore();
  const books = await Books.open(setting, store);
  if (units > 0) {
    const lines = [{ sku: 'X', location: 'A', quantity: String(units), unitCost: '1' }];
    await books.send({ type: 'stock.receive.v1', recordedAt, data: { document: 'R', at, lines } });
  }
  store.turns = turns;
  const lines = [{ sku: 'X', location: 'A', quantity: '1' }];
  await Promise.all(
    takers.map((taker, index) => {
      const name = `T${index}`;
      const doc: Doc =
        taker === 'issue'
          ? { type: 'stock.issue.v1', recordedAt, data: { document: name, at, lines } }
          : { type: 'reservation.create.v1', recordedAt, data: { reservation: name, at, lines } };
      return Books.over(books).send(doc);
    }),
  );
  const issued = (await books.entries()).filter(({ kind }) => kind === 'issue').length;
  const held = (await store.reservations({ state: 'pending' })).rows.length;
  assert.equal(issued + held, Math.min(units, takers.length));
}

// --- units ----------------------------------------------------------------------------------------

const conversions = fc.record({
  factor: fc.oneof(
    fc.integer({ min: 1, max: 144 }).map(String),
    fc.integer({ min: 1, max: 10_000 }).map((of) => `1/${of}`),
    fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
      .map(([a, b]) => `${a}/${b}`),
  ),
  quantity: fc.integer({ min: 1, max: 100_000_000 }),
});

async function convert({ factor, quantity }: { factor: string; quantity: number }): Promise<void> {
  const exact = readFactor(factor)!;
  const units = BigInt(quantity);
  const base = toBase(units, exact);
  const inverse = { numerator: exact.denominator, denominator: exact.numerator };
  const back = toBase(base, inverse);
  // Half of the last digit there, as many of the unit, and half of the last digit back.
  const off = 2n * (back > units ? back - units : units - back) * exact.numerator;
  assert.ok(off <= exact.denominator + exact.numerator, `${units} came back as ${back}`);
  if (base === 0n) return;
  const item = { sku: 'X', valuation: 'fifo', unit: 'EA', units: { BOX: factor } } as ItemFacts;
  const books = await Books.open({
    ...{ items: [item], pools: {}, negative: 'deny', minorDigits: 2, closedPeriod: 'refuse' },
  });
  const send = (type: string, text: string, unit: string) => {
    const line = { sku: 'X', location: 'A', quantity: text, unit };
    const data = { document: type, at: '2026-01-01T00:00:00.000Z', lines: [line] };
    return books.send({ type, recordedAt: '2026-06-01T00:00:00.000Z', data });
  };
  assert.deepEqual(await send('stock.receive.v1', formatDecimal(units), 'BOX'), ['booked']);
  assert.deepEqual(await send('stock.issue.v1', formatDecimal(base), 'EA'), ['booked']);
  assert.deepEqual(
    (await books.store.stock({}, all)).rows.map(({ onHand }) => onHand),
    [0n],
  );
}

// --- events ---------------------------------------------------------------------------------------

interface Changed {
  sku: string;
  location: string;
  lot?: string;
  owner?: string;
  status: string;
  onHand: string;
  version: string;
}

async function changesOf({ store }: Books): Promise<Changed[]> {
  const records = await store.outbox(100_000);
  const texts = records
    .filter(({ topic }) => topic === 'stock.changed.v1')
    .map(({ body }) => new OutboxTexts(store).textOf(body));
  return (await Promise.all(texts)).flatMap(eventsOf).map(({ data }) => data as Changed);
}

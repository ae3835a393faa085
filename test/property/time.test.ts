/**
 * What holds however late documents come, and whatever is taken back: invariants 7, 8, 11, 12, 13 and
 * 18 of the ledger.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { StoredPack } from '../../core/pack.ts';
import { hashOfPack } from '../../core/packFrom.ts';
import { patience, runs } from '../runs.ts';
import { rearranged } from './arrivals.ts';
import { Books, bookAll } from './Books.ts';
import { check, checkAny } from './check.ts';
import { saidBy } from './compare.ts';
import type { Doc, History } from './documents.ts';
import { describeDoc, describeHistory } from './documents.ts';
import type { Event } from './histories.ts';
import { events, histories, movements } from './histories.ts';
import { factsOf, standing } from './oracle/facts.ts';

const all = { limit: 100_000 };
const anything = histories({ events, owners: true });
const timesOf = (docs: readonly Doc[]): string[] =>
  [...new Set(docs.flatMap(({ data }) => data.at ?? []))].sort();

describe(`the ledger and time (${runs()} histories each)`, function () {
  this.timeout(patience());

  it('7. Append-only: no entry ever changes, a correction names what it corrects, and the chain of hashes holds', () =>
    check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting);
      let before: LedgerEntry[] = [];
      for (const doc of docs) {
        await books.send(doc);
        const entries = await books.entries();
        const known = new Map(entries.map((entry) => [`${entry.sku} ${entry.seq}`, entry]));
        for (const entry of before) assert.deepEqual(known.get(`${entry.sku} ${entry.seq}`), entry);
        before = entries;
      }
      let last: StoredPack | undefined;
      const skus = setting.items.map(({ sku }) => sku);
      for (const pack of (await Array.fromAsync(books.store.packs(skus))).flat()) {
        const hash = last?.sku === pack.sku ? last.hash : '';
        assert.equal(pack.hash, hashOfPack(pack, hash));
        last = pack;
      }
      for (const entry of before) {
        if (entry.corrects === undefined) continue;
        const fact = before.find(({ sku, seq }) => sku === entry.sku && seq === entry.corrects);
        assert.ok(fact && fact.seq < entry.seq && fact.corrects === undefined);
      }
    }));

  it('8. Monotonic sequence: numbers without a gap, and nobody learns anything before what was learnt', () =>
    check(anything, async (history) => {
      const { books } = await bookAll(history);
      for (const entries of Map.groupBy(await books.entries(), ({ sku }) => sku).values()) {
        assert.deepEqual(
          entries.map(({ seq }) => seq),
          entries.map((_, index) => index + 1),
        );
        const learnt = entries.map(({ recordedAt }) => recordedAt);
        assert.deepEqual(learnt, learnt.toSorted());
        for (const entry of entries) {
          const by = entries.find(({ seq }) => seq === entry.by);
          if (by) assert.equal(entry.at, by.at);
        }
      }
    }));

  const arrivals = (some: readonly Event[]) =>
    checkAny(
      rearranged(histories({ events: some, negative: ['allow'], owners: true })),
      ({ history, arrived }) =>
        `${describeHistory(history)}\n\narriving as\n\n${arrived.map(describeDoc).join('\n')}`,
      inAnyOrder,
    );

  it('11. Order-independence of arrival: the same documents in any order end in the same books', () =>
    arrivals([...movements, 'landed']));

  it('11. Order-independence of arrival, with changes of the method of valuation', () =>
    arrivals([...movements, 'landed', 'method']));

  it('11. Order-independence of arrival, with invoices before and after their receipts', () =>
    arrivals(['receive', 'issue', 'transfer', 'invoice', 'invoice', 'invoice', 'landed']));

  it('12. Cancel = identity: a document and its cancellation leave the books as if neither had been', () =>
    checkAny(
      fc.tuple(
        histories({ events: [...movements, 'landed', 'cancel'], negative: ['allow'] }),
        fc.nat({ max: 23 }),
        fc.nat({ max: 23 }),
      ),
      ([history, which, when]) =>
        `${describeHistory(history)}\n\n${described(history, which, when)}`,
      async ([{ setting, docs }, which, when]) => {
        fc.pre(docs.length > 0);
        const doc = docs[which % docs.length]!;
        fc.pre(doc.type !== 'stock.cancel.v1' && !isNamed(doc, docs));
        const without = docs.filter((other) => other !== doc);
        const with_ = withCancel(docs, doc, when);
        const one = await bookAll({ setting, docs: without });
        const other = await bookAll({ setting, docs: with_ });
        assert.deepEqual(await saidBy(other.books), await saidBy(one.books));
      },
    ));

  it('13. As-of stability: a report of two dates never changes, and closed periods stay as they are', () =>
    check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting);
      const reports: { asOf: string; knownAt: string; said: unknown }[] = [];
      for (const doc of docs) {
        const { closedThrough } = await books.store.period();
        const count = (await books.entries()).length;
        const before = new Set((await books.entries()).map(({ sku, seq }) => `${sku} ${seq}`));
        await books.send(doc);
        const entries = await books.entries();
        assert.ok(entries.length >= count);
        for (const { sku, seq, at } of entries) {
          assert.ok(
            before.has(`${sku} ${seq}`) || closedThrough === '' || at.slice(0, 10) > closedThrough,
          );
        }
        const knownAt = doc.recordedAt;
        for (const asOf of timesOf(docs.slice(0, 4))) {
          reports.push({ asOf, knownAt, said: await saidBy(books, asOf, knownAt) });
        }
      }
      for (const { asOf, knownAt, said } of reports) {
        assert.deepEqual(await saidBy(books, asOf, knownAt), said);
      }
    }));

  it('18. Barrier: what was counted stands, whatever is booked before it afterwards', () =>
    check(histories({ events: [...movements, 'cancel'], owners: true }), async (history) => {
      const { books, booked } = await bookAll(history);
      const times = booked.flatMap(({ data }) => data.at ?? []);
      for (const doc of standing(booked)) {
        const { type, data } = doc;
        const isAlone = times.filter((at) => at === data.at).length === 1;
        if (type !== 'stock.count.v1' || !isAlone) continue;
        for (const { line } of factsOf(doc, booked)) {
          const { sku, location, lot = '', owner = '', status = 'available', quantity } = line;
          const place = { sku: sku!, place: location!, asOf: data.at! };
          const { rows } = await books.store.stock(place, all);
          const there = rows.find(
            (row) => row.lot === lot && row.owner === owner && row.status === status,
          );
          assert.equal(Number(there?.onHand ?? 0n) / 1e6, Number(quantity));
        }
      }
    }));
});

async function inAnyOrder(example: { history: History; arrived: Doc[] }): Promise<void> {
  const { history, arrived } = example;
  const one = await bookAll(history);
  const other = await bookAll({ ...history, docs: arrived });
  // A change to the method that is there already is refused, and which that is depends.
  fc.pre(one.answers.concat(other.answers).every((answer) => answer === 'booked'));
  assert.deepEqual(await saidBy(other.books), await saidBy(one.books));
  for (const asOf of timesOf(one.booked)) {
    const [then, there] = [await saidBy(one.books, asOf), await saidBy(other.books, asOf)];
    assert.deepEqual(there, then, `as of ${asOf}`);
  }
}

/** Whether another document goes by this one's number: without it that would mean something else. */
const isNamed = ({ data }: Doc, docs: readonly Doc[]): boolean =>
  docs.some(
    (other) =>
      other.data.reference === data.document ||
      (other.type === 'stock.cancel.v1' && other.data.document === data.document) ||
      (other.data.lines ?? []).some(({ receipt }) => receipt === data.document),
  );

/** The documents with a cancellation of one of them, so many later. */
function withCancel(docs: readonly Doc[], doc: Doc, when: number): Doc[] {
  const index = docs.indexOf(doc);
  const at = index + 1 + (when % (docs.length - index));
  const { recordedAt } = docs[at - 1]!;
  const cancel = { type: 'stock.cancel.v1', recordedAt, data: { document: doc.data.document! } };
  return [...docs.slice(0, at), cancel, ...docs.slice(at)];
}

const described = ({ docs }: History, which: number, when: number): string => {
  if (docs.length === 0) return '';
  const doc = docs[which % docs.length]!;
  return `and ${doc.data.document} cancelled after ${when % (docs.length - docs.indexOf(doc))} more`;
};

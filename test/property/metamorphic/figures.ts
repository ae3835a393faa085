/** All that books say, to be compared with what other books say of the same goods. */
import type { LedgerEntry } from '../../../core/ledger.ts';
import { needsCorrected, type Posting, postingOf } from '../../../core/stock/journal.ts';
import type { Books } from '../Books.ts';

const all = { limit: 100_000 };

export interface Reading {
  /** What a SKU is called in the other books. */
  names?: Readonly<Record<string, string>>;
  /** How many times as much quantity, and value, the other books have. */
  quantity?: bigint;
  value?: bigint;
  /** What a document moved and posted in one commit as one figure, however many entries it took. */
  isSummed?: boolean;
}

/** One line for each balance, pool, layer, entry and posting; told in the words of other books. */
export async function figuresOf(books: Books, reading: Reading = {}): Promise<string[]> {
  const { store } = books;
  const { names = {}, quantity: manyTimes = 1n, value: worthTimes = 1n, isSummed } = reading;
  const say = (what: string, sku: string, words: readonly unknown[]): string =>
    [what, names[sku] ?? sku, ...words].join('|');
  const balances = (await store.stock({}, all)).rows.map((row) =>
    say('balance', row.sku, [
      ...[row.place, row.lot, row.status, row.owner],
      ...[row.onHand * manyTimes, row.reserved * manyTimes],
    ]),
  );
  const pools = (await store.valuation({}, all)).rows.map((row) =>
    say('pool', row.sku, [row.pool, row.quantity * manyTimes, row.value * worthTimes]),
  );
  const layers = (await store.layers(all)).rows.map((row) =>
    say('layer', row.sku, [
      ...(isSummed ? [] : [row.seq, row.part, row.origin]),
      ...[row.pool, row.at, row.since, row.lot, row.owed.replaceAll(/:\d+:\d+/g, '')],
      ...[row.quantity * manyTimes, row.value * worthTimes],
    ]),
  );
  const posted = withPostings(books, await books.entries());
  const ledger = isSummed
    ? sumsOf(posted, manyTimes, worthTimes)
    : posted.map((each) => say('entry', each.entry.sku, wordsOf(each, manyTimes, worthTimes)));
  return [...balances, ...pools, ...layers, ...ledger].sort();
}

interface Posted {
  entry: LedgerEntry;
  posting: Posting | [];
}

function withPostings({ policy }: Books, entries: readonly LedgerEntry[]): Posted[] {
  const facts = new Map(entries.map((entry) => [`${entry.sku} ${entry.seq}`, entry]));
  return entries.map((entry) => {
    const corrected = needsCorrected(entry)
      ? facts.get(`${entry.sku} ${entry.corrects}`)
      : undefined;
    return { entry, posting: postingOf(entry, policy.accounts, corrected) ?? [] };
  });
}

function wordsOf({ entry, posting }: Posted, manyTimes: bigint, worthTimes: bigint): unknown[] {
  const { seq, kind, from, to, fromPool, toPool, lot, status, toStatus, owner } = entry;
  const { document, line, reference, at, recordedAt, corrects, by } = entry;
  const after = [entry.fromAfter, entry.toAfter].map((balance) =>
    balance ? `${balance.onHand * manyTimes}/${balance.reserved * manyTimes}` : '',
  );
  const posted = posting.map(
    ({ account, debit, credit }) => `${account} ${(debit - credit) * worthTimes}`,
  );
  const way = [seq, kind, from, to, fromPool, toPool, lot, status, toStatus, owner];
  const origin = [document, line, reference, at, recordedAt, corrects, by];
  return [
    ...way,
    ...origin,
    entry.quantity * manyTimes,
    entry.value * worthTimes,
    ...after,
    ...posted,
  ];
}

/** By document, line and both times: quantity by place, and money by account. */
function sumsOf(posted: readonly Posted[], manyTimes: bigint, worthTimes: bigint): string[] {
  const sums = new Map<string, bigint>();
  const add = ({ sku, document, line, at, recordedAt }: LedgerEntry, where: string, by: bigint) => {
    const key = ['sum', sku, document, line, at, recordedAt, where].join('|');
    sums.set(key, (sums.get(key) ?? 0n) + by);
  };
  for (const { entry, posting } of posted) {
    add(entry, `from ${entry.from}`, -entry.quantity * manyTimes);
    add(entry, `to ${entry.to}`, entry.quantity * manyTimes);
    for (const { account, debit, credit } of posting) {
      add(entry, account, (debit - credit) * worthTimes);
    }
  }
  return [...sums].filter(([, sum]) => sum !== 0n).map(([key, sum]) => `${key}: ${sum}`);
}

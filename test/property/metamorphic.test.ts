/**
 * What must not change in the books when the same is told in other words. No oracle says what the
 * figures are: two histories that mean the same have the same, or ten times as much.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { patience, runs } from '../runs.ts';
import { bookAll } from './Books.ts';
import { check, checkAny } from './check.ts';
import { type Said, saidBy } from './compare.ts';
import type { Doc, History } from './documents.ts';
import { describeDoc, describeHistory } from './documents.ts';
import type { Event } from './histories.ts';
import { events, histories, movements } from './histories.ts';
import {
  atCostsOfOne,
  atStatedCosts,
  type Changes,
  split,
  told,
  wholeOf,
  withoutAverages,
} from './metamorphic/changes.ts';
import { figuresOf, type Reading } from './metamorphic/figures.ts';

const anything = histories({ events, owners: true });

/** Books of both histories say the same, the second in the words of `reading`. */
async function meanTheSame(one: History, other: History, reading: Reading = {}): Promise<void> {
  const first = await bookAll(one);
  const second = await bookAll(other);
  assert.deepEqual(second.answers, first.answers);
  const { isSummed = false } = reading;
  assert.deepEqual(
    await figuresOf(second.books, { isSummed }),
    await figuresOf(first.books, reading),
  );
}

/** Costs of which a tenth can be said. */
const inTens: Changes['cost'] = (cost) => cost - (cost % 10n);

/** Nothing that makes parts of a cent: no averages, no shares of an amount. */
const inWhole: readonly Event[] = [
  ...movements.filter((event) => event !== 'produce'),
  ...(['cancel', 'reserve', 'commit', 'void', 'close', 'reopen'] as const),
];

const million = 1_000_000n;
/** The next whole number away from zero. */
const whole = (units: bigint): bigint => {
  const rest = units % million;
  return rest === 0n ? units : units - rest + (units < 0n ? -million : million);
};

const names: readonly Record<string, string>[] = [
  { X: 'Z', Y: 'X', Z: 'Y' },
  { X: 'zinc ü', Y: 'M-1/2', Z: '0' },
  { X: 'Y', Y: 'Y.', Z: 'y' },
];

describe(`the same in other words (${runs()} histories each)`, function () {
  this.timeout(patience());

  it('SKUs by other names have the same stock, layers, entries and postings', () =>
    checkAny(
      fc.tuple(anything, fc.constantFrom(...names)),
      ([history, other]) => `${describeHistory(history)}\n\nas ${JSON.stringify(other)}`,
      ([history, other]) =>
        meanTheSame(history, told(history, { sku: (sku) => other[sku]! }), { names: other }),
    ));

  const stated = histories({ events, owners: true, negative: ['deny'] }).map((history) =>
    told(atStatedCosts(history), { cost: inTens }),
  );

  it('ten times as many at a tenth of the cost have the same values, where nothing is short and costs are stated', () =>
    check(stated, (history) => {
      const other = told(history, { quantity: (units) => units * 10n, cost: (cost) => cost / 10n });
      return meanTheSame(history, other, { quantity: 10n });
    }));

  it('money of another size has the same values in its smallest unit, where nothing is short and costs are stated', () =>
    check(stated, (history) => {
      const { minorDigits } = history.setting;
      const isFine = minorDigits === 3;
      const money = (units: bigint): bigint => (isFine ? units * 10n : units / 10n);
      const other = told(history, { cost: money, amount: money });
      other.setting.minorDigits = isFine ? 2 : minorDigits + 1;
      return meanTheSame(history, other);
    }));

  // What was short is worth a share of what comes.
  const plain = histories({
    events: inWhole,
    methods: ['fifo', 'lifo', 'standard'],
    negative: ['deny'],
  }).map((history) =>
    withoutAverages(told(atCostsOfOne(atStatedCosts(history)), { quantity: whole, cost: whole })),
  );

  it('ten times as many at the same cost are worth ten times as much, where no part of a cent comes about', () =>
    check(plain, (history) => {
      const other = told(history, { quantity: (units) => units * 10n });
      return meanTheSame(history, other, { quantity: 10n, value: 10n, isSummed: true });
    }));

  it('lines have the same stock and values in documents of their own, at the same instant', () =>
    check(histories({ events, owners: true, twofold: true }), inParts));

  it('a document that comes at any time and is cancelled at any later leaves nothing', () =>
    checkAny(withGuest, describeGuest, leavesNothing));
});

// -- lines

async function inParts(history: History): Promise<void> {
  const { history: other, parts } = split(history);
  const one = await bookAll(history);
  const two = await bookAll(other);
  let next = 0;
  for (const [index, many] of parts.entries()) {
    const answers = two.answers.slice(next, next + many);
    next += many;
    // A document is refused as a whole, and lines that help each other need each other.
    if (!answers.every((answer) => answer === 'booked'))
      fc.pre(isRefusedAlike(one.answers[index]!, answers));
    else assert.equal(one.answers[index], 'booked');
  }
  assert.deepEqual(asWhole(await saidBy(two.books)), asWhole(await saidBy(one.books)));
  for (const asOf of new Set(one.booked.flatMap(({ data }) => data.at ?? []))) {
    const said = await saidBy(two.books, asOf);
    assert.deepEqual(asWhole(said), asWhole(await saidBy(one.books, asOf)), `as of ${asOf}`);
  }
}

const isRefusedAlike = (answer: string, parts: readonly string[]): boolean =>
  answer !== 'booked' && parts.every((part) => part !== 'booked');

const asWhole = (said: Said): Said => ({ ...said, values: said.values.map(wholeOf).sort() });

// -- cancellations

interface Guest {
  history: History;
  doc: Doc;
  /** How many documents come before it, and how many before its cancellation. */
  comes: number;
  goes: number;
}

/** What is answered by what is known at the moment stays answered so: reservations and periods. */
const notFinal: ReadonlySet<Event> = new Set(['reserve', 'commit', 'void', 'close', 'reopen']);

/** A document of a history is taken out and comes at another time. */
const withGuest: fc.Arbitrary<Guest> = fc
  .record({
    drawn: histories({ events: events.filter((event) => !notFinal.has(event)), owners: true }),
    which: fc.nat({ max: 23 }),
    comes: fc.nat({ max: 23 }),
    goes: fc.nat({ max: 23 }),
  })
  .filter(({ drawn, which }) => canBeGuest(drawn.docs[which % drawn.docs.length], drawn.docs))
  .map(({ drawn: { setting, docs }, which, comes, goes }) => {
    const doc = docs[which % docs.length]!;
    const rest = docs.filter((other) => other !== doc);
    const first = comes % (rest.length + 1);
    const later = first + (goes % (rest.length + 1 - first));
    return { history: { setting, docs: rest }, doc, comes: first, goes: later };
  });

/** Not one that others name: without it they would mean something else. */
function canBeGuest(doc: Doc | undefined, docs: readonly Doc[]): boolean {
  const number = doc?.data.document;
  if (!doc?.type.startsWith('stock.') || doc.type === 'stock.cancel.v1') return false;
  return docs.every(
    (other) =>
      other === doc ||
      (other.data.document !== number &&
        other.data.reference !== number &&
        (other.data.lines ?? []).every(({ receipt }) => receipt !== number)),
  );
}

async function leavesNothing({ history, doc, comes, goes }: Guest): Promise<void> {
  const { setting, docs } = history;
  const learnt = (before: number): string => docs[before - 1]?.recordedAt ?? doc.recordedAt;
  const guest = { ...doc, recordedAt: learnt(comes) };
  const data = { document: doc.data.document! };
  const cancel = { type: 'stock.cancel.v1', recordedAt: learnt(goes), data };
  const all = [
    ...docs.slice(0, comes),
    guest,
    ...docs.slice(comes, goes),
    cancel,
    ...docs.slice(goes),
  ];
  const one = await bookAll(history);
  const other = await bookAll({ setting, docs: all });
  const [came, went] = [other.answers[comes], other.answers[goes + 1]];
  const others = other.answers.filter((_, index) => index !== comes && index !== goes + 1);
  // While it was there others may have been booked that cannot be without it, or the other way round.
  fc.pre(came === 'booked' && went === 'booked');
  fc.pre(others.every((answer, index) => answer === one.answers[index]));
  assert.deepEqual(await saidBy(other.books), await saidBy(one.books));
}

const describeGuest = ({ history, doc, comes, goes }: Guest): string =>
  `${describeHistory(history)}\n\nand after ${comes} documents ${describeDoc(doc)}, cancelled after ${goes}`;

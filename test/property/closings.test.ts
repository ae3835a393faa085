/**
 * Reports with closings and without: whatever comes late or is dated ahead, and whenever closings are
 * made, they are the same to the last row. Histories are stretched, so that they have months.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { makeClosing } from '../../core/apply/makeClosing.ts';
import { endOfMonth, lastEnded, monthOf } from '../../core/closing.ts';
import type { Page, Paged, Store } from '../../core/ports.ts';
import { verifyStore } from '../../core/verify.ts';
import { openAt } from '../contract/store/withStore.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { describeWith } from '../notRun.ts';
import { isLong, patience, runs } from '../runs.ts';
import { Books } from './Books.ts';
import { checkAny } from './check.ts';
import type { Doc, History } from './documents.ts';
import { describeHistory } from './documents.ts';
import { events, histories } from './histories.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const FIRST_HOUR = Date.UTC(2026, 5, 1);

interface Case {
  history: History;
  /** After how many documents, and up to which day, seen from then, it knows what was recorded. */
  closings: { after: number; days: number | 'month' }[];
}

/** Business days and hours of recording are twelve days apart; business may run ahead of recording. */
function stretched(history: History, aheadDays: number): History {
  const at = (text: string): string =>
    iso(FIRST_DAY + (Date.parse(text) - FIRST_DAY) * 12 + aheadDays * DAY_MS);
  const moment = (text: string): string =>
    iso(FIRST_HOUR + (Date.parse(text) - FIRST_HOUR) * 24 * 12);
  const docs = history.docs.map((doc): Doc => {
    const { data } = doc;
    return {
      ...doc,
      recordedAt: moment(doc.recordedAt),
      data: {
        ...data,
        ...(data.at === undefined ? {} : { at: at(data.at) }),
        ...(data.expiresAt === undefined ? {} : { expiresAt: moment(data.expiresAt) }),
      },
    };
  });
  return { ...history, docs };
}

const iso = (ms: number): string => new Date(ms).toISOString();

const cases: fc.Arbitrary<Case> = fc
  .record({
    history: histories({
      events: events.filter((event) => event !== 'close' && event !== 'reopen'),
      owners: true,
    }),
    ahead: fc.constantFrom(0, 120, 151, 200),
    closings: fc.array(
      fc.record({
        after: fc.nat({ max: 23 }),
        days: fc.constantFrom('month' as const, 'month' as const, 0, -5, -40),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ history, ahead, closings }) => ({ history: stretched(history, ahead), closings }));

const described = ({ history, closings }: Case): string =>
  `${describeHistory(history)}\n\nclosings ${JSON.stringify(closings)}`;

/** Books of the same documents in two stores, one of which has closings. */
async function agree(
  { history, closings }: Case,
  closed: Store,
  open: Store,
  looks = { times: 4, moments: 6 },
): Promise<void> {
  const books = await Books.open(history.setting, closed);
  const others = await Books.open(history.setting, open);
  let ids = 0;
  for (const [index, doc] of history.docs.entries()) {
    assert.equal((await books.book(doc)).answer, (await others.book(doc)).answer);
    for (const { after, days } of closings) {
      if (after % history.docs.length !== index) continue;
      const known =
        days === 'month'
          ? endOfMonth(lastEnded(doc.recordedAt))
          : iso(Date.parse(doc.recordedAt) + days * DAY_MS);
      ids += 1;
      const runtime = { newId: () => `closing${ids}`, now: () => Date.parse(doc.recordedAt) };
      await makeClosing({ store: closed, runtime, isStopping: () => false }, known);
    }
  }
  const times = history.docs.flatMap(({ data }) => data.at ?? []).slice(-looks.times);
  const moments = history.docs.map(({ recordedAt }) => recordedAt).slice(-looks.moments);
  const ends = times.map((at) => endOfMonth(monthOf(at)));
  for (const asOf of [undefined, ...new Set([...times, ...ends])]) {
    for (const knownAt of [undefined, ...new Set([...moments, ...moments.map(endOf)])]) {
      const clocks = {
        ...(asOf === undefined ? {} : { asOf }),
        ...(knownAt === undefined ? {} : { knownAt }),
      };
      const said = `as of ${asOf} known at ${knownAt}`;
      const [told, plain] = await Promise.all([reports(closed, clocks), reports(open, clocks)]);
      assert.deepEqual(told, plain, said);
    }
  }
  assert.deepEqual((await open.closings()).length, 0);
  assert.deepEqual((await verifyStore(closed, books.policy)).differences, []);
}

const endOf = (instant: string): string => endOfMonth(monthOf(instant));

/** In pages of two where they are many; a page is a round trip to a server. */
async function reports(store: Store, clocks: { asOf?: string; knownAt?: string }) {
  const [valuation, stock, outside, ofOne] = await Promise.all([
    allPages((page) => store.valuation(clocks, page), 2),
    allPages((page) => store.stock(clocks, page), 5),
    allPages((page) => store.stock({ ...clocks, place: 'supplier' }, page), 100),
    allPages((page) => store.valuation({ ...clocks, sku: 'X' }, page), 100),
  ]);
  return { valuation, stock, outside, ofOne };
}

async function allPages<Row>(
  list: (page: Page) => Promise<Paged<Row>>,
  limit: number,
): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | undefined;
  do {
    const page = await list({ limit, ...(next === undefined ? {} : { after: next }) });
    rows.push(...page.rows);
    next = page.next;
  } while (next !== undefined);
  return rows;
}

const few = 0.3;
describe(`SQLite with closings (${runs(few)} histories)`, function () {
  this.timeout(patience(few) * 3);

  it('reports what it reports without them, at any two dates', () =>
    checkAny(
      cases,
      described,
      async (example) => {
        const folders = [await newFolder(), await newFolder()] as const;
        const stores = await Promise.all(folders.map((folder) => openAt(`file:${folder}`)));
        try {
          await agree(example, stores[0]!, stores[1]!);
        } finally {
          await Promise.all(stores.map((store) => store.close()));
          for (const folder of folders) await rm(folder, { recursive: true, force: true });
        }
      },
      few,
    ));
});

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'stockbus-'));

const fewer = 0.03;
/** Each pair of dates is some thirty round trips: all of them in `npm run test:long`. */
const looksAtServer = isLong ? undefined : { times: 2, moments: 3 };
describeWith(
  process.env.STOCKBUS_TEST_STORE,
  'STOCKBUS_TEST_STORE',
  `MongoDB with closings (${runs(fewer)} histories)`,
  (address) => {
    it('reports what it reports without them, at any two dates', function () {
      this.timeout(patience(fewer) * 10);
      return checkAny(
        cases,
        described,
        async (example) => {
          const urls = [newDatabase(address), newDatabase(address)];
          const stores = await Promise.all(urls.map((url) => openAt(url)));
          try {
            await agree(example, stores[0]!, stores[1]!, looksAtServer);
          } finally {
            await Promise.all(stores.map((store) => store.close()));
            for (const url of urls) await dropDatabase(url);
          }
        },
        fewer,
      );
    });
  },
);

function newDatabase(address: string): string {
  const url = new URL(address);
  url.pathname = `/property${randomBytes(4).toString('hex')}`;
  return url.href;
}

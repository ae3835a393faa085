import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Balance, LedgerEntry } from '../../../core/ledger.ts';
import type { Pack, PostedDocument } from '../../../core/pack.ts';
import { entriesFrom, hashOfPack } from '../../../core/packFrom.ts';
import { packsOf } from '../../../core/packsOf.ts';
import type { LedgerFilter, Store } from '../../../core/ports.ts';
import {
  allRows,
  balanceOf,
  commitOf,
  entryOf,
  headOf,
  inUtf8,
  layerOf,
  listsOf,
  requestOf,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const SKUS = ['A', 'B', 'C'];
const day = (number: number): string => new Date(Date.UTC(2025, 0, number)).toISOString();

/** Packs of a SKU as one chain, whichever of them stand alone. */
export function describePacks(place: StorePlace): void {
  describe('packs', () => {
    const at = storeOfTest(place);

    /** A commit of entries `first` to `last` of each SKU; every tenth happened long before the others. */
    async function commit(store: Store, version: number, first: number, last: number) {
      const seqs = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      const entries = seqs.flatMap((seq) =>
        SKUS.map((sku) =>
          entryOf(sku, seq, {
            document: `D${seq % 7}`,
            at: day(seq % 10 === 0 ? 1 : seq),
            recordedAt: day(last),
          }),
        ),
      );
      await store.commit(commitOf({ version, entries }));
      return entries;
    }

    /** Whatever is asked, the answer is that of the entries themselves. */
    async function expectAll(store: Store, entries: readonly LedgerEntry[]): Promise<void> {
      const all = entries.toSorted((a, b) => inUtf8(a.sku, b.sku) || a.seq - b.seq);
      deepEqual(await allRows((page) => store.ledger({}, page), 7), all);
      const ofB = all.filter(({ sku }) => sku === 'B');
      deepEqual(await allRows((page) => store.ledger({ sku: 'B' }, page), 7), ofB);
      deepEqual(await store.entriesAfter('B', 9, 1_000), ofB.slice(9));
      const ofDocument = all.filter(({ document }) => document === 'D3');
      deepEqual(await allRows((page) => store.ledger({ document: 'D3' }, page), 7), ofDocument);
      const [asOf, knownAt, since] = [day(25), day(33), day(4)];
      const counted = all.filter((entry) => entry.at <= asOf && entry.recordedAt <= knownAt);
      deepEqual(
        await allRows((page) => store.ledger({ asOf, knownAt, since }, page), 7),
        counted.filter((entry) => entry.at >= since),
      );
      deepEqual(
        await allRows((page) => store.ledger({ recordedAfter: knownAt }, page), 7),
        all.filter((entry) => entry.recordedAt > knownAt),
      );
      const { rows } = await store.valuation({ asOf, knownAt }, { limit: 2 });
      const countedOf = (sku: string) =>
        BigInt(counted.filter((entry) => entry.sku === sku).length);
      deepEqual(
        rows.map(({ sku, value }) => [sku, value]),
        SKUS.slice(0, 2).map((sku) => [sku, countedOf(sku) * 250n]),
      );
      const stock = await store.stock({ sku: 'C', asOf, knownAt }, { limit: 2 });
      equal(stock.rows[0]?.onHand, countedOf('C') * 1_000_000n);
    }

    it('tell what their entries tell, however many commits wrote them', async () => {
      const written: LedgerEntry[] = [];
      for (let version = 1; version <= 12; version += 1) {
        written.push(...(await commit(at.store, version, version * 4 - 3, version * 4)));
        if (version % 5 === 0) await expectAll(at.store, written);
      }
      await expectAll(at.store, written);
    });

    it('are as many as they like, and their documents too', async () => {
      const VERSIONS = 150;
      const sku = 'A';
      const entries: LedgerEntry[] = [];
      for (let version = 1; version <= VERSIONS; version += 1) {
        const own = [2, 1, 0].map((back) =>
          entryOf(sku, version * 3 - back, {
            document: `D${version % 10}`,
            recordedAt: day(version),
          }),
        );
        const balances = [balanceOf(sku, `W${version}`, { version: version * 3 })];
        await at.store.commit(commitOf({ version, entries: own, balances }));
        entries.push(...own);
      }
      const other = await openAt(at.address);
      try {
        for (const store of [at.store, other]) {
          const loaded = listsOf(await store.load(requestOf({ skus: ['B', sku] })));
          deepEqual(
            loaded.heads.map(({ version }) => version),
            [0, VERSIONS],
          );
          equal(loaded.balances.length, VERSIONS);
          for (const seq of [0, 1, 2, 3, 100, 227, 449, 450]) {
            deepEqual(await store.entriesAfter(sku, seq, 5), entries.slice(seq, seq + 5));
          }
          deepEqual(await allRows((page) => store.ledger({ sku }, page), 100), entries);
        }
      } finally {
        await other.close();
      }
      const many = Array.from({ length: 300 }, (_, index) =>
        entryOf('B', index + 1, { document: `M${index}` }),
      );
      await at.store.commit(commitOf({ entries: many }));
      deepEqual(await allRows((page) => at.store.ledger({ sku: 'B' }, page)), many);
      deepEqual((await at.store.ledger({ document: 'M299' }, { limit: 9 })).rows, [many[299]]);
      const seventh = entries.filter(({ document }) => document === 'D7');
      deepEqual((await at.store.ledger({ document: 'D7' }, { limit: 99 })).rows, seventh);
    });

    it('are found by a document, what it refers to, a partner, a lot or a place, whatever the size of the page', async () => {
      const store = at.store;
      const written: LedgerEntry[] = [];
      for (let version = 1; version <= 6; version += 1) {
        const entries = SKUS.flatMap((sku, index) =>
          [2, 1, 0].map((back) => {
            const seq = version * 3 - back;
            return entryOf(sku, seq, {
              document: `D${seq % 4}`,
              partner: seq % 3 === 0 ? '' : `P${(seq + index) % 2}`,
              reference: seq % 4 === 0 ? '' : `PO-"${seq % 2}"`,
              lot: seq % 5 === 0 ? 'L,"1"' : seq % 7 === 0 ? 'L' : '',
              to: version < 4 || index === 1 ? 'W1' : 'W2',
              recordedAt: day(version),
            });
          }),
        );
        const balances = version === 1 ? [balanceOf('C', 'W3', { onHand: 0n, reserved: 1n })] : [];
        await store.commit(commitOf({ version, entries, balances }));
        written.push(...entries);
      }
      const all = written.toSorted((a, b) => inUtf8(a.sku, b.sku) || a.seq - b.seq);
      const other = await openAt(at.address);
      try {
        for (const filter of [
          ...[
            { document: 'D3' },
            { partner: 'P1' },
            { lot: 'L' },
            { lot: 'L,"1"' },
            { place: 'W2' },
          ],
          ...[
            { place: 'W1' },
            { place: 'supplier' },
            { lot: '1' },
            { partner: 'P' },
            { place: 'W' },
          ],
          ...[
            { partner: 'P0', place: 'W2' },
            { reference: 'PO-"1"' },
            { reference: 'PO-' },
            { reference: 'PO-"0"', sku: 'B', lot: 'L' },
            { document: 'D1', lot: 'L' },
            { lot: 'L', sku: 'B' },
          ],
          ...[
            { partner: 'P0', sku: 'B', since: day(3) },
            { place: 'W2', sku: 'B' },
          ],
        ]) {
          const { since, place, ...same } = filter as LedgerFilter;
          const meant = all.filter(
            (entry) =>
              Object.entries(same).every(([name, value]) => entry[name as 'lot'] === value) &&
              (place === undefined || entry.from === place || entry.to === place) &&
              (since === undefined || entry.at >= since),
          );
          for (const one of [store, other]) {
            for (const limit of [1, 4, 100]) {
              const found = await allRows((page) => one.ledger(filter, page), limit);
              deepEqual(found, meant, JSON.stringify({ filter, limit }));
            }
          }
        }
        const held = await other.stock({ place: 'W3' }, { limit: 9 });
        deepEqual(
          held.rows.map(({ sku, place }) => [sku, place]),
          [['C', 'W3']],
        );
      } finally {
        await other.close();
      }
    });

    it('of thousands of entries are not read for a document of one line', async () => {
      const entries = Array.from({ length: 2_000 }, (_, index) =>
        entryOf('A', index + 1, { document: `D${index}` }),
      );
      await at.store.commit(commitOf({ entries }));
      const parse = JSON.parse;
      let characters = 0;
      JSON.parse = (text: string, ...rest: []) => {
        characters += text.length;
        return parse(text, ...rest);
      };
      try {
        const { rows } = await at.store.ledger({ document: 'D1999' }, { limit: 10 });
        deepEqual(rows, [entries[1_999]]);
      } finally {
        JSON.parse = parse;
      }
      const [pack] = (await Array.fromAsync(at.store.packs(['A']))).flat();
      ok(characters < pack!.body.length, `${characters} characters of ${pack!.body.length}`);
    });

    it('give the state since the last that stands alone, with what later ones changed', async () => {
      const item = { ...headOf('A', 1), item: undefined };
      const one = balanceOf('A', 'W1', { onHand: 1n });
      const two = balanceOf('A', 'W2', { onHand: 2n });
      const layer = layerOf('A', 1);
      await at.store.commit(commitOf({ heads: [item], balances: [one, two], layers: [layer] }));
      const less = balanceOf('A', 'W2', { onHand: 0n, version: 2 });
      const gone = layerOf('A', 1, { quantity: 0n, value: 0n });
      const more = layerOf('A', 2);
      await at.store.commit(commitOf({ version: 2, balances: [less], layers: [gone, more] }));
      const state = async () => {
        const { skus } = await at.store.load(requestOf({ skus: ['A'] }));
        const { head, balances, layers } = skus[0]!;
        return { balances, layers, version: head.version };
      };
      deepEqual(await state(), { balances: [one, less], layers: [more], version: 2 });
      const [base] = commitOf({ version: 3, balances: [two], layers: [layer] }).packs;
      await at.store.commit({ ...commitOf({}), packs: [{ ...base!, isBase: true }] });
      deepEqual(await state(), { balances: [two], layers: [layer], version: 3 });
      await at.store.commit(commitOf({ version: 4, balances: [one] }));
      deepEqual(await state(), { balances: [one, two], layers: [layer], version: 4 });
      deepEqual((await at.store.stock({}, { limit: 9 })).rows, [one, two]);
      deepEqual((await at.store.layers({ limit: 9 })).rows, [layer]);
    });

    it('are several of one SKU in a commit, in their order, or none of them', async () => {
      const balances = SKUS.map((place) => balanceOf('A', place));
      const entry = entryOf('A', 1, { pack: 3 });
      const packs = balances.map((balance, index): Pack => {
        const version = index + 1;
        const isLast = version === balances.length;
        return {
          ...{ sku: 'A', version, isBase: version === 1, hasItem: false },
          head: headOf('A', version, { seq: isLast ? 1 : 0 }),
          ...{ entries: isLast ? [entry] : [], balances: [balance], layers: [] },
        };
      });
      const other = await openAt(at.address);
      try {
        await other.load(requestOf({ skus: ['A'] }));
        const commit = { ...commitOf({}), ...packsOf([{ packs, before: '' }]) };
        equal((await at.store.commit(commit)).outcome, 'committed');
        const again = { ...commit, recordedAt: commitOf({}).recordedAt };
        deepEqual(await other.commit(again), { outcome: 'conflict' });
        for (const store of [at.store, other]) {
          const loaded = listsOf(await store.load(requestOf({ skus: ['A'] })));
          deepEqual([loaded.balances, loaded.heads[0]!.version], [balances, 3]);
          deepEqual((await store.ledger({ document: entry.document }, { limit: 9 })).rows, [entry]);
          deepEqual(await store.entriesAfter('A', 0, 9), [entry]);
        }
        equal((await other.commit(commitOf({ version: 4, balances }))).outcome, 'committed');
      } finally {
        await other.close();
      }
    });

    it('of several SKUs come in the order asked, each in its own, however many it has', async () => {
      const counts = { few: 2, many: 1_100, two: 2, some: 300, others: 300, last: 1 };
      const packsFor = (sku: string, count: number): Pack[] =>
        Array.from({ length: count }, (_, index) => ({
          ...{ sku, version: index + 1, isBase: index === 0, hasItem: false },
          ...{ head: headOf(sku, index + 1, { seq: 0 }), entries: [], layers: [] },
          balances: [balanceOf(sku, 'W1', { version: index })],
        }));
      const changes = Object.entries(counts).map(([sku, count]) => {
        return { packs: packsFor(sku, count), before: '' };
      });
      const { outcome } = await at.store.commit({ ...commitOf({}), ...packsOf(changes) });
      equal(outcome, 'committed');
      const skus = ['nobody', 'few', 'nobody else', 'two', 'some', 'many', 'last', 'others'];
      const found = (await Array.fromAsync(at.store.packs(skus))).flat();
      deepEqual(
        found.map(({ sku, version }) => `${sku} ${version}`),
        skus.flatMap((sku) =>
          packsFor(sku, counts[sku as 'few'] ?? 0).map(({ version }) => `${sku} ${version}`),
        ),
      );
      deepEqual(await Array.fromAsync(at.store.packs([])), []);
    });

    it('do not tell of a balance that never was, such as of what was reserved and let go', async () => {
      const none = { onHand: 0n, version: 0 };
      const held = (reserved: bigint): Balance => balanceOf('A', 'W1', { ...none, reserved });
      await at.store.commit(commitOf({ balances: [held(3n)] }));
      deepEqual((await at.store.stock({}, { limit: 9 })).rows, [held(3n)]);
      await at.store.commit(commitOf({ version: 2, balances: [held(0n)] }));
      deepEqual((await at.store.stock({}, { limit: 9 })).rows, []);
    });

    it('do not tell of a lot that is all gone, unless it is held', async () => {
      const lot = (name: string, more: Partial<Balance>): Balance =>
        balanceOf('A', 'W1', { lot: name, onHand: 0n, since: '', version: 7, ...more });
      const told = [lot('HELD', { reserved: 3n })];
      await at.store.commit(
        commitOf({ balances: [...told, lot('GONE', { expiresOn: '2026-12-31' })] }),
      );
      deepEqual((await at.store.stock({}, { limit: 9 })).rows, told);
      deepEqual(listsOf(await at.store.load(requestOf({ skus: ['A'] }))).balances, told);
    });

    it('are given as they were written, each with the documents that its hash covers', async () => {
      const first = commitOf({ entries: [entryOf('A', 1), entryOf('A', 2), entryOf('B', 1)] });
      await at.store.commit(first);
      const second = commitOf({ version: 2, entries: [entryOf('A', 3, { document: 'D1' })] });
      await at.store.commit(second);
      const packs = (await Array.fromAsync(at.store.packs(['A', 'B']))).flat();
      const [a1, b1] = first.packs;
      const [a2] = second.packs;
      for (const [index, pack] of [a1, a2, b1].entries()) {
        const { sku, version, isBase, hash, body } = packs[index]!;
        deepEqual(
          { sku, version, isBase, hash, body },
          {
            sku: pack!.sku,
            version: pack!.version,
            isBase: pack!.isBase,
            hash: pack!.hash,
            body: pack!.body,
          },
        );
        equal(hashOfPack(packs[index]!, ''), pack!.hash);
        deepEqual(entriesFrom(packs[index]!), pack!.entries);
      }
      const keys = [
        ['A', 2],
        ['nobody', 1],
        ['B', 1],
        ['A', 3],
      ] as const;
      const named = await at.store.packsByKey(keys);
      const inOrder = named.toSorted((one, other) => inUtf8(one.sku, other.sku));
      deepEqual(
        inOrder.map(({ sku, version, body }) => [sku, version, body]),
        [a2!, b1!].map(({ sku, version, body }) => [sku, version, body]),
      );
      deepEqual(entriesFrom(inOrder[1]!), b1!.entries);
      deepEqual(
        packs.map(({ firstSeq }) => firstSeq),
        [1, 3, 1],
      );
      deepEqual([packs[1]!.documentOf(0)?.document, packs[1]!.documentOf(1)], ['D1', undefined]);
      deepEqual([packs[1]!.isFoundBy(0), packs[1]!.isFoundBy(1)], [true, false]);
      const pointers = await allRows((page) => at.store.pointers({}, page), 1);
      deepEqual(
        pointers,
        [a2, b1].map((pack) => ({
          ...{ sku: pack!.sku, version: pack!.version, recosts: false, places: ['W1'] },
        })),
      );
      deepEqual((await at.store.pointers({ sku: 'B' }, { limit: 1 })).rows, [pointers[1]]);
      deepEqual(await at.store.lostSkus(), []);
      const messages = (await Array.fromAsync(at.store.messages())).flat();
      deepEqual(
        messages.map((message) => message.slice(0, 4).join()).sort(),
        [...first.documents, ...second.documents].map(said).sort(),
      );
      const ofBoth = (await Array.fromAsync(at.store.packs(['B', 'A']))).flat();
      deepEqual(
        ofBoth.map(({ sku, version }) => [sku, version]),
        [
          ['B', 1],
          ['A', 1],
          ['A', 2],
        ],
      );
      const ofA = (await Array.fromAsync(at.store.packs(['A']))).flat();
      deepEqual(
        ofA.map(({ version }) => version),
        [1, 2],
      );
      const after = new Map([
        ['A', 1],
        ['B', 0],
        ['nowhere', 0],
      ]);
      const texts = await Array.fromAsync(at.store.packTexts(after));
      texts.sort((one, other) => (one.sku < other.sku ? -1 : 1));
      deepEqual(
        texts.map(({ sku, version, body }) => [sku, version, body]),
        [ofA[1]!, ...(await Array.fromAsync(at.store.packs(['B']))).flat()].map(
          ({ sku, version, body }) => [sku, version, body],
        ),
      );
    });
  });
}

const said = ({ document, source, messageId, contenthash }: PostedDocument): string =>
  [document, source, messageId, contenthash].join();

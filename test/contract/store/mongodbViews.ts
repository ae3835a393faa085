import { deepEqual } from 'node:assert/strict';
import { type Document, MongoClient } from 'mongodb';
import type { LedgerEntry } from '../../../core/ledger.ts';
import { allRows, balanceOf, commitOf, entryOf, headOf, inUtf8, RECORDED_AT } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

/** Marks of the text that the views take apart, and what else may stand in a name. */
const ODD = [
  'a,b',
  '],[',
  '"',
  '\\u002c',
  '\\',
  '],"latestAt":"',
  '{"entries":[',
  'é\n\t螺',
  '0',
  '',
];

/** What an auditor sees who has nothing but `mongosh`. */
export function describeMongodbViews(place: StorePlace): void {
  describe('views', () => {
    const at = storeOfTest(place);
    let client: MongoClient;
    before(async () => {
      client = new MongoClient(place.fresh(), { useBigInt64: true });
      await client.connect();
    });
    after(() => client.close());

    const rows = (view: string, filter: Document = {}): Promise<Document[]> => {
      const name = /\/([^/?]+)(\?|$)/.exec(at.address)![1]!;
      return client.db(name).collection(view).find(filter).toArray();
    };

    it('show entries, stock and pools whole, whatever stands in their texts', async () => {
      const odd = (index: number): string => ODD[index % ODD.length]!;
      const entries = ODD.flatMap((sku) =>
        Array.from({ length: ODD.length }, (_, index) =>
          entryOf(`S${sku}`, index + 1, {
            document: `D${odd(index)}`,
            line: odd(index + 1),
            partner: odd(index + 2),
            reference: odd(index + 3),
            lot: odd(index + 4),
            owner: odd(index + 5),
            reason: odd(index + 6),
            to: `W${odd(index)}`,
            quantity: 2n ** 60n + BigInt(index),
            ...(index % 3 === 0
              ? { input: { amount: 5n, stated: '1,5 [EUR]', left: { since: RECORDED_AT } } }
              : {}),
            ...(index % 2 === 0 ? {} : { kind: 'recost', corrects: index, by: index }),
            ...(index % 4 === 0 ? { fromAfter: { onHand: 7n, reserved: 2n } } : {}),
          }),
        ),
      );
      const pools = ODD.map((pool) => {
        return { pool: `p${pool}`, quantity: 5n, value: -(2n ** 61n), lastCost: 3n, reserved: 2n };
      });
      const skus = ODD.map((sku) => `S${sku}`);
      const heads = skus.map((sku) => headOf(sku, 1, { pools, seq: ODD.length }));
      const balances = skus.flatMap((sku) =>
        ODD.map((lot) => balanceOf(sku, 'W', { lot, owner: lot, onHand: -(2n ** 55n) })),
      );
      await at.store.commit(commitOf({ heads, entries, balances }));

      const kept = await allRows((page) => at.store.ledger({}, page));
      deepEqual(sorted(await rows('ledger')), kept.map(shown));
      const stock = await allRows((page) => at.store.stock({}, page));
      deepEqual(sorted(await rows('stock')), sorted(stock));
      const [pool] = await rows('pools', { sku: skus[0]!, pool: 'p],[' });
      deepEqual(pool, {
        ...{ sku: skus[0], pool: 'p],[', quantity: 5n, value: -(2n ** 61n) },
        ...{ lastCost: 3n, reserved: 2n, untouched: false },
      });
    });

    it('show a balance as it was last, and nothing of packs before the last that stands alone', async () => {
      const one = balanceOf('A', 'W1', { onHand: 1n });
      const two = balanceOf('A', 'W2', { onHand: 2n, expiresOn: '2026-01-31', since: RECORDED_AT });
      await at.store.commit(commitOf({ balances: [one, two, balanceOf('A', 'W3')] }));
      const [base] = commitOf({ version: 2, balances: [one, two] }).packs;
      await at.store.commit({ ...commitOf({}), packs: [{ ...base!, isBase: true }] });
      await at.store.commit(commitOf({ version: 3, balances: [{ ...one, onHand: 9n }] }));
      const found = sorted(await rows('stock', { sku: 'A' }));
      deepEqual(
        found.map(({ place: where, onHand, expiresOn, since }) => [
          where,
          onHand,
          expiresOn,
          since,
        ]),
        [
          ['W1', 9n, '', ''],
          ['W2', 2n, '2026-01-31', RECORDED_AT],
        ],
      );
    });
  });
}

const KEYS = ['seq', 'place', 'lot', 'owner'];

const sorted = (found: Document[]): Document[] =>
  found.toSorted((one, other) => {
    const order = inUtf8(one.sku, other.sku) || (one.seq ?? 0) - (other.seq ?? 0);
    return KEYS.slice(1).reduce((so, key) => so || inUtf8(`${one[key]}`, `${other[key]}`), order);
  });

/** As the view has it. */
/** `rank` follows from the kind and the document, which are shown. */
function shown({ fromAfter, toAfter, input, rank, ...entry }: LedgerEntry): Document {
  return {
    ...entry,
    toStatus: entry.toStatus ?? '',
    input: input ? JSON.stringify({ ...input, amount: `${input.amount}` }) : null,
    corrects: entry.corrects ?? null,
    by: entry.by ?? null,
  };
}

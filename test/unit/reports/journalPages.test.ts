/** What the journal asks the store for, beside the entries of its page. */
import assert from 'node:assert/strict';
import type { Books } from '../../../core/ports.ts';
import { openQuery } from '../../../core/query.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('a page of the journal', () => {
  const rig = new LedgerRig({ policy: { negative: 'allow' } });
  const line = (quantity: string, more = {}) => ({ sku: 'X', location: 'A', quantity, ...more });
  let asked: string[] = [];
  const counting: Books = new Proxy(rig.store, {
    get(store, name) {
      if (name === 'entriesAfter')
        return (sku: string, seq: number, limit: number) => {
          asked.push(`${sku}#${seq + 1}`);
          return store.entriesAfter(sku, seq, limit);
        };
      const value: unknown = Reflect.get(store, name);
      return typeof value === 'function' ? value.bind(store) : value;
    },
  });
  /** Pages of so many rows until there is no more, or as many as are wanted; what each asked for. */
  async function pages(
    query: object,
    limit: number,
    wanted = Infinity,
  ): Promise<[number, string[]][]> {
    const found: [number, string[]][] = [];
    asked = [];
    const open = await openQuery(
      counting,
      rig.policy,
      { name: 'journal', ...query },
      timeAt(rig.now),
    );
    for await (const { rows } of open.pages({ limit })) {
      found.push([rows.length, asked]);
      asked = [];
      if (found.length >= wanted) break;
    }
    return found;
  }

  before(async () => {
    await rig.book('receive', {
      document: 'R1',
      at: day(2),
      lines: [line('20', { unitCost: '1' })],
    });
    for (let number = 1; number <= 4; number += 1) {
      const at = day(2 + number);
      await rig.book('issue', { document: `S${number}`, at, lines: [line('1')] });
    }
    // Dated before the issues, which are costed anew: each is corrected by both.
    for (const [number, amount] of [
      [1, '24'],
      [2, '30'],
    ] as const) {
      await rig.book('receive', {
        document: `L${number}`,
        at: day(1, 3 - number),
        lines: [line('4', { unitCost: amount })],
      });
    }
  });

  it('asks for no fact that is in it, whatever is left out of it', async () => {
    const [page] = await pages({ sku: 'X' }, 1_000);
    assert.ok(page![0] > 12);
    assert.deepEqual(page![1], []);
    assert.deepEqual((await pages({ sku: 'X', since: day(3) }, 1_000))[0]![1], []);
  });

  it('asks for each that is not in it once, and for none of the rows after it', async () => {
    const [all] = await pages({ sku: 'X', recordedAfter: '2026-06-01T00:00:05.500Z' }, 1_000);
    assert.deepEqual(all![1], ['X#2', 'X#3', 'X#4', 'X#5']);
    const some = await pages({ sku: 'X', recordedAfter: '2026-06-01T00:00:05.500Z' }, 4);
    assert.deepEqual(
      some.flatMap(([, facts]) => facts),
      all![1],
    );
    for (const [rows, facts] of some) assert.ok(facts.length <= rows / 2, `${rows}: ${facts}`);
  });
});

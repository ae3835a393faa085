/** No two different keys ever join into one. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutboxWriter } from '../../core/apply/outboxWriter.ts';
import { eventsOf } from '../../core/deliver/stockEvents.ts';
import { RecentTexts } from '../../core/relay/RecentTexts.ts';
import { sortedKey } from '../../core/sortedKey.ts';
import { partsOfKey, tupleKey } from '../../core/tupleKey.ts';
import { euros, StockBook } from '../stockBook.ts';

const nasty = fc.string({
  unit: fc.constantFrom('\0', ',', ':', '1', '2', ' ', '\t', 'A', '\u0001'),
});
const tuple = fc.array(nasty, { minLength: 1, maxLength: 4 });

const keyOf = (parts: string[]): string => tupleKey(parts[0]!, ...parts.slice(1));

describe('keys of several parts', () => {
  it('are the same only where all parts are', () => {
    fc.assert(
      fc.property(tuple, tuple, (one, other) => {
        const isSame = one.length === other.length && one.every((part, at) => part === other[at]);
        assert.equal(keyOf(one) === keyOf(other), isSame);
        assert.deepEqual(partsOfKey(keyOf(one)), one);
      }),
      { numRuns: 3_000 },
    );
  });

  it('of MongoDB are the same only where all parts are', () => {
    fc.assert(
      fc.property(tuple, tuple, (one, other) => {
        const isSame = one.length === other.length && one.every((part, at) => part === other[at]);
        assert.equal(sortedKey(...one) === sortedKey(...other), isSame);
      }),
      { numRuns: 3_000 },
    );
  });

  it('keep balances apart, whatever stands in the names of places and lots', () => {
    const book = new StockBook();
    const receipt = (document: string, quantity: string, more: object) =>
      book.decide('stock.receive.v1', {
        ...{ document, at: '2026-01-01T00:00:00.000Z' },
        lines: [{ sku: 'N', quantity, unitCost: '1', ...more }],
      } as never);
    receipt('N1', '5', { location: 'A', lot: 'B\0' });
    receipt('N2', '7', { location: 'A\0B' });
    assert.deepEqual(
      book.workspace.sku('N').fresh.map(({ to, lot, toAfter }) => [to, lot, toAfter?.onHand]),
      [
        ['A', 'B\0', 5_000_000n],
        ['A\0B', '', 7_000_000n],
      ],
    );
  });

  it('keep events apart: a subscriber that drops what it has seen loses none', () => {
    const ids: string[] = [];
    const names: [string, string, string][] = [
      ['A', 'B#2@C', 'available'],
      ['A#1@B', 'D', 'available'],
      ['A#1@B', 'C', 'available'],
      ['A', 'B', 'damaged'],
      ['A', 'B/damaged', 'available'],
      ['A%23', 'B', 'available'],
    ];
    let book = new StockBook();
    for (const [index, [sku, location, status]] of names.entries()) {
      const recent = new RecentTexts(1_000_000);
      const writer = new OutboxWriter(euros, '2026-01-01T00:00:00.000Z', recent);
      const decision = book.decide('stock.receive.v1', {
        ...{ document: `D${index}`, at: '2026-01-01T00:00:00.000Z' },
        lines: [{ sku, location, status, quantity: '1' }],
      } as never);
      assert.ok(decision.outcome === 'booked');
      const { packs, documents } = book.workspace.changes();
      writer.changed(packs, documents);
      writer.committed();
      for (const { id } of writer.records()) {
        ids.push(...eventsOf(recent.get(id)!).map((event) => event.id));
      }
      book = new StockBook();
    }
    assert.equal(new Set(ids).size, names.length, ids.join(' '));
  });
});

/** What the books answer to `enrich`. */
import assert from 'node:assert/strict';
import type { AskedBooks } from '../../../core/answers/AskedBooks.ts';
import { bookAnswers } from '../../../core/answers/bookAnswers.ts';
import { StockbusError } from '../../../core/errors.ts';
import { giveBooks } from '../../../core/flow/test/givenBooks.ts';
import { loadFolder } from '../../../core/hub/openHub.ts';
import { openNoBooks } from '../../../core/hub/openNoBooks.ts';
import type { Books } from '../../../core/ports.ts';
import { keepAll, Rehearsal } from '../../../core/rehearsal.ts';
import { systemRuntime } from '../../../core/runtime.ts';

const at = '2026-03-01T08:00:00.000Z';
const now = '2026-03-31T08:30:00.000Z';

describe('the books', () => {
  let books: AskedBooks;
  let store: Books;
  /** Names of the questions to the store. */
  let asked: string[];

  before(async () => {
    // When it was booked, nothing had expired yet.
    const runtime = { ...systemRuntime(), now: () => Date.parse(at) };
    const { config, checkCommand } = await loadFolder(
      'test/fixtures/movements',
      { STOCKBUS_DATA: 'nowhere' },
      runtime,
    );
    store = await openNoBooks(runtime);
    const rehearsal = new Rehearsal(store, runtime, config.stock, keepAll);
    const lines = [
      { sku: 'TEA', location: 'BER', lot: 'L1', quantity: '10', expiresOn: '2026-12-31' },
      { sku: 'TEA', location: 'BER', lot: 'OLD', quantity: '4', expiresOn: '2026-03-30' },
      { sku: 'TEA', location: 'HAM', lot: 'L2', quantity: '3', expiresOn: '2026-12-31' },
      { sku: 'CUP', location: 'BER', quantity: '5', status: 'damaged' },
      { sku: 'MUG', location: 'BER', quantity: '3' },
    ];
    const given = {
      booked: [
        {
          type: 'item.upsert.v1',
          data: { sku: 'TEA', name: 'Tea', unit: 'EA', tracking: 'lot', weight: '0.25' },
        },
        {
          type: 'stock.receive.v1',
          id: 'WE-1',
          data: { document: 'WE-1', at, partner: 'V', lines },
        },
        {
          type: 'stock.issue.v1',
          id: 'WA-1',
          data: {
            document: 'WA-1',
            at,
            lines: [{ sku: 'TEA', location: 'HAM', lot: 'L2', quantity: '1' }],
          },
        },
        { type: 'stock.cancel.v1', id: 'C-1', data: { document: 'WA-1', at } },
        {
          type: 'reservation.create.v1',
          id: 'SO-1',
          data: {
            reservation: 'SO-1',
            at,
            lines: [{ sku: 'TEA', location: 'BER', quantity: '6' }],
          },
        },
        {
          type: 'reservation.create.v1',
          id: 'SO-2',
          data: {
            ...{ reservation: 'SO-2', at, expiresAt: '2026-03-31T08:29:59.000Z' },
            lines: [{ sku: 'TEA', location: 'BER', quantity: '2' }],
          },
        },
        {
          type: 'stock.transfer.v1',
          id: 'T-1',
          data: {
            ...{ document: 'T-1', at },
            lines: [{ sku: 'MUG', from: 'BER', to: 'transit', quantity: '1' }],
          },
        },
        {
          type: 'order.upsert.v1',
          id: 'PO-1',
          data: {
            ...{ document: 'PO-1', kind: 'purchase' },
            lines: [{ line: '1', sku: 'TEA', location: 'BER', quantity: '8', due: '2026-04-02' }],
          },
        },
      ],
    };
    await giveBooks(rehearsal, given as never, checkCommand);
    asked = [];
    const watched = new Proxy(rehearsal.books, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          asked.push(String(name));
          return value.apply(target, given);
        };
      },
    });
    books = { store: watched, policy: config.stock };
  });
  beforeEach(() => asked.splice(0));
  after(() => store?.close());

  it('say what there is, of all questions from one look', async () => {
    const answers = await bookAnswers(
      'stock',
      books,
      [
        { sku: 'TEA', location: 'BER' },
        { sku: 'TEA' },
        { sku: 'TEA', lot: 'L2' },
        { sku: 'CUP', location: 'BER' },
        { sku: 'CUP', location: 'HAM' },
        { sku: 'MUG' },
        { sku: 'MUG', location: 'transit' },
        { sku: 'NIX', location: 'BER' },
        { location: 'BER' },
      ],
      now,
    );
    const there = (onHand: string, reserved: string, available: string, total: string) => ({
      ...{ onHand, reserved, available, total },
    });
    assert.deepEqual(answers, [
      { sku: 'TEA', location: 'BER', ...there('10', '6', '4', '14') },
      { sku: 'TEA', ...there('13', '6', '7', '17') },
      { sku: 'TEA', lot: 'L2', ...there('3', '0', '3', '3') },
      { sku: 'CUP', location: 'BER', ...there('0', '0', '0', '5') },
      { sku: 'CUP', location: 'HAM', ...there('0', '0', '0', '0') },
      { sku: 'MUG', ...there('2', '0', '2', '2') },
      { sku: 'MUG', location: 'transit', ...there('1', '0', '1', '1') },
      undefined,
      undefined,
    ]);
    assert.deepEqual(asked.filter((name) => name === 'load').length <= 2, true, asked.join());
    assert.equal(asked.includes('stock'), false);
  });

  it('know items, reservations, orders and documents, and what they do not know', async () => {
    const [tea, none, bad] = await bookAnswers('item', books, ['TEA', 'NIX', 'T\u200bEA'], now);
    const { name, unit, tracking, weight, barcode } = tea as Record<string, unknown>;
    assert.deepEqual(
      [name, unit, tracking, weight, barcode],
      ['Tea', 'EA', 'lot', '0.25', undefined],
    );
    assert.equal(none, undefined);
    assert.ok(bad instanceof StockbusError && bad.code === 'NAME_BAD_CHARACTER');
    assert.deepEqual(asked, ['load']);

    const [held, over] = await bookAnswers('reservation', books, ['SO-1', 'SO-2', 'SO-3'], now);
    assert.deepEqual(held, {
      ...{ reservation: 'SO-1', state: 'pending', at },
      lines: [{ line: '1', sku: 'TEA', location: 'BER', quantity: '6', committed: '0', held: '6' }],
    });
    assert.equal((over as { state: string }).state, 'expired');

    const [order] = await bookAnswers('order', books, ['PO-1'], now);
    assert.deepEqual((order as { lines: unknown[] }).lines, [
      {
        line: '1',
        kind: 'purchase',
        sku: 'TEA',
        location: 'BER',
        due: '2026-04-02',
        quantity: '8',
      },
    ]);

    const [receipt, cancelled] = await bookAnswers('document', books, ['WE-1', 'WA-1'], now);
    const { kind, partner, lines } = receipt as Record<string, unknown> & { lines: object[] };
    assert.deepEqual([kind, partner, lines.length], ['receive', 'V', 5]);
    assert.equal(cancelled, undefined, 'what was cancelled moved nothing');
  });
});

/** Each kind of movement, and each taken back, in the column of its kind. */
import assert from 'node:assert/strict';
import type { RecordValue } from '../../../core/ports.ts';
import { queryRows } from '../../../core/query.ts';
import { Books } from '../../property/Books.ts';
import { timeAt } from '../../SimulatedTime.ts';
import { setting } from './shop.ts';

const now = Date.UTC(2026, 6, 1);

describe('roll-forward', () => {
  let books: Books;
  let day = 0;

  beforeEach(async () => {
    books = await Books.open(setting);
    day = 0;
  });

  async function book(kind: string, document: string, line: object, more: object = {}) {
    day += 1;
    const at = `2026-06-${String(day).padStart(2, '0')}T08:00:00.000Z`;
    const lines = Object.keys(line).length === 0 ? {} : { lines: [{ line: '1', ...line }] };
    const data = { document, ...(kind === 'cancel' ? {} : { at }), ...more, ...lines };
    const sent = { type: `stock.${kind}.v1`, recordedAt: at, data } as Parameters<Books['send']>[0];
    assert.deepEqual(await books.send(sent), ['booked'], `${kind} ${document}`);
  }

  /** What is not zero of B, whose cost is its average. */
  async function rolled(): Promise<Record<string, string>> {
    const rows: RecordValue[] = [];
    const query = { name: 'roll-forward', sku: 'B' } as const;
    for await (const page of queryRows(books.store, books.policy, query, timeAt(now))) {
      rows.push(...page);
    }
    const some = Object.entries(rows[0] ?? {}).filter(
      ([field, text]) => /Quantity|Value/.test(field) && /[1-9]/.test(String(text)),
    );
    return Object.fromEntries(some) as Record<string, string>;
  }

  const B = { sku: 'B', location: 'BER' };

  it('has opening balances in a column of their own, cancelled too', async () => {
    await book('opening', 'O1', { ...B, quantity: '10', amount: '25' });
    assert.deepEqual(await rolled(), {
      ...{ openedQuantity: '10', openedValue: '25.00' },
      ...{ closingQuantity: '10', closingValue: '25.00' },
    });
    await book('cancel', 'O1', {});
    assert.deepEqual(await rolled(), {});
  });

  it('has a column for each kind, signed', async () => {
    await book('receive', 'R1', { ...B, quantity: '10', unitCost: '2' });
    await book('issue', 'I1', { ...B, quantity: '3' });
    await book('return', 'C1', { ...B, quantity: '1', reference: 'I1' }, { party: 'customer' });
    await book('return', 'U1', { ...B, quantity: '2', reference: 'R1' }, { party: 'supplier' });
    await book('adjust', 'A1', { ...B, quantity: '-1' }, { reason: 'broken' });
    await book('count', 'Z1', { ...B, quantity: '7' });
    assert.deepEqual(await rolled(), {
      receivedQuantity: '10',
      receivedValue: '20.00',
      returnedToSupplierQuantity: '-2',
      returnedToSupplierValue: '-4.00',
      issuedQuantity: '-3',
      issuedValue: '-6.00',
      returnedByCustomerQuantity: '1',
      returnedByCustomerValue: '2.00',
      adjustedQuantity: '1',
      adjustedValue: '2.00',
      closingQuantity: '7',
      closingValue: '14.00',
    });
  });

  it('has production, landed costs, revaluations and re-costs apart', async () => {
    await book('receive', 'R1', { ...B, quantity: '10', unitCost: '2' });
    await book('landed-cost', 'L1', { receipt: 'R1' }, { amount: '5' });
    await book('revalue', 'V1', { ...B, amount: '-1' }, { reason: 'worn' });
    const one = { location: 'BER', quantity: '2' };
    await book('produce', 'P1', { ...one, sku: 'A' }, { components: [{ ...one, sku: 'B' }] });
    await book('produce', 'P2', { ...one, sku: 'B' }, { components: [{ ...one, sku: 'A' }] });
    const at = '2026-06-01T07:00:00.000Z';
    await book('receive', 'R0', { ...B, quantity: '10', unitCost: '3' }, { at });
    assert.deepEqual(await rolled(), {
      receivedQuantity: '20',
      receivedValue: '50.00',
      producedQuantity: '2',
      producedValue: '4.80',
      consumedQuantity: '-2',
      consumedValue: '-4.80',
      landedValue: '5.00',
      revaluedValue: '-1.00',
      closingQuantity: '20',
      closingValue: '54.00',
    });
  });

  it('takes a cancellation back in the column of what it cancels', async () => {
    await book('receive', 'R1', { ...B, quantity: '10', unitCost: '2' });
    await book('receive', 'R2', { ...B, quantity: '5', unitCost: '2' });
    await book('issue', 'I1', { ...B, quantity: '3' });
    await book('cancel', 'R2', {});
    await book('cancel', 'I1', {});
    assert.deepEqual(await rolled(), {
      receivedQuantity: '10',
      receivedValue: '20.00',
      closingQuantity: '10',
      closingValue: '20.00',
    });
  });
});

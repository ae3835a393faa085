import assert from 'node:assert/strict';
import { formatDecimal } from '../../../core/decimal.ts';
import type { OrderUpsert } from '../../../core/message.ts';
import { receive, StockBook } from '../../stockBook.ts';

const line = (name: string, quantity: string): OrderUpsert['lines'][number] => ({
  line: name,
  sku: 'X',
  location: 'A',
  quantity,
  due: '2026-04-15',
});

const purchase = (...lines: OrderUpsert['lines']): OrderUpsert => ({
  document: 'PO-1',
  kind: 'purchase',
  lines,
});

const open = (book: StockBook): string[] =>
  [...book.workspace.claims.openOrders('PO-1').values()]
    .map((order) => `${order.line}: ${formatDecimal(order.quantity)}`)
    .sort();

describe('open orders', () => {
  it('a line that comes again replaces what was known of it; those not named stay', () => {
    const book = new StockBook();
    book.book('order.upsert.v1', purchase(line('10', '5'), line('20', '7')));
    book.book('order.upsert.v1', purchase(line('10', '4')));
    assert.deepEqual(open(book), ['10: 4', '20: 7']);
    book.book('order.upsert.v1', purchase(line('20', '0')));
    assert.deepEqual(open(book), ['10: 4', '20: 0']);
  });

  it('a receipt that refers to an order takes from what is open of it', () => {
    const book = new StockBook();
    book.book('order.upsert.v1', purchase(line('10', '5')));
    book.book('stock.receive.v1', { ...receive('3', '1'), reference: 'PO-1' });
    assert.deepEqual(open(book), ['10: 2']);
    book.book('stock.receive.v1', { ...receive('3', '1'), reference: 'PO-1' });
    assert.deepEqual(open(book), ['10: 0']);
  });

  const marks = {
    'no mark': {},
    'a revision': { revision: '1' },
    'a moment': { changedAt: '2026-01-01T00:00:00Z' },
  };
  for (const [name, mark] of Object.entries(marks)) {
    it(`a receipt that is cancelled is open again of an order of ${name}`, () => {
      const book = new StockBook();
      const ordered = purchase(line('10', '5'), line('20', '5'));
      book.book('order.upsert.v1', { ...ordered, ...mark });
      const first = { ...receive('4', '1'), document: 'GR-1', reference: 'PO-1' };
      book.book('stock.receive.v1', first);
      book.book('stock.receive.v1', { ...first, document: 'GR-2' });
      assert.deepEqual(open(book), ['10: 0', '20: 2']);
      book.book('stock.cancel.v1', { document: 'GR-1' });
      assert.deepEqual(open(book), ['10: 1', '20: 5']);
      book.book('stock.receive.v1', { ...first, document: 'GR-3' });
      assert.deepEqual(open(book), ['10: 0', '20: 2']);
    });
  }

  it('no more is open again than was said to be open', () => {
    const book = new StockBook();
    const first = { ...receive('4', '1'), document: 'GR-1', reference: 'PO-1' };
    book.book('stock.receive.v1', first);
    book.book('order.upsert.v1', purchase(line('10', '5')));
    book.book('stock.cancel.v1', { document: 'GR-1' });
    assert.deepEqual(open(book), ['10: 5']);
  });
});

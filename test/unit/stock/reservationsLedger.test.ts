/** Reservations among the other documents, by the whole of the stock rules. */
import assert from 'node:assert/strict';
import { formatDecimal } from '../../../core/decimal.ts';
import { ReservationsLedger } from './reservationsLedger.ts';

const AT = '2026-01-01T00:00:00.000Z';
let documents = 0;
const head = (at = AT) => {
  documents += 1;
  return { document: `D${documents}`, at };
};
const line = (quantity: string, location = 'A', more = {}) => ({
  ...{ sku: 'X', location, quantity },
  ...more,
});

/** A ledger in which 10 of X came to A, and to B, which share a pool. */
function stocked(choice: ConstructorParameters<typeof ReservationsLedger>[0] = {}) {
  const ledger = new ReservationsLedger(choice);
  for (const place of ['A', 'B']) {
    const lines = [line('10', place, { unitCost: '2' })];
    assert.equal(ledger.send('stock.receive.v1', { ...head(), lines }), 'booked');
  }
  return ledger;
}

const hold = (ledger: ReservationsLedger, reservation: string, lines: object[], more = {}) =>
  ledger.send('reservation.create.v1', {
    ...{ reservation, at: AT, lines: lines as { sku: string; quantity: string }[] },
    ...more,
  });
const issue = (ledger: ReservationsLedger, quantity: string, place = 'A', more = {}) =>
  ledger.send('stock.issue.v1', { ...head(), lines: [line(quantity, place, more)] });
const inPool = (quantity: string) => ({ sku: 'X', pool: 'main', quantity });

describe('reservations in the ledger', () => {
  it('are no entries; what is issued of them is one, with its cost', () => {
    const ledger = stocked();
    assert.equal(
      hold(ledger, 'R-1', [line('6')], { partner: 'C-1', reference: 'SO-9' }),
      'created',
    );
    assert.equal(ledger.entries.length, 2);
    assert.equal(ledger.at('A'), '10 / 6');
    const part = { lines: [{ line: '1', quantity: '4' }] };
    assert.equal(
      ledger.send('reservation.commit.v1', { reservation: 'R-1', ...part }),
      'committed',
    );
    assert.equal(ledger.at('A'), '6 / 0');
    const { kind, from, to, quantity, value, document, reference, partner } = ledger.entries[2]!;
    assert.deepEqual(
      { kind, from, to, quantity: formatDecimal(quantity), value, document, reference, partner },
      {
        ...{ kind: 'issue', from: 'A', to: 'customer', quantity: '4', value: 800n },
        ...{ document: 'R-1', reference: 'SO-9', partner: 'C-1' },
      },
    );
    assert.deepEqual(
      ledger.changed.map(({ from, fromAfter }) => `${from} ${formatDecimal(fromAfter!.onHand)}`),
      ['A 6'],
    );
  });

  it('keep other documents from what they hold at a place', () => {
    const ledger = stocked();
    hold(ledger, 'R-1', [line('6')]);
    assert.match(issue(ledger, '5'), /^STOCK_INSUFFICIENT X at A: 5 asked, 4 not reserved$/);
    const move = { ...head(), lines: [{ sku: 'X', from: 'A', to: 'B', quantity: '5' }] };
    assert.match(ledger.send('stock.transfer.v1', move), /4 not reserved/);
    assert.equal(issue(ledger, '4'), 'booked');
    assert.equal(ledger.send('reservation.commit.v1', { reservation: 'R-1' }), 'committed');
    assert.equal(ledger.at('A'), '0 / 0');
  });

  it('keep other documents from what they hold in a pool, but not inside of it', () => {
    const ledger = stocked({ pools: { far: ['F'] } });
    hold(ledger, 'R-1', [inPool('15')]);
    assert.match(issue(ledger, '6'), /5 not reserved/);
    const move = (to: string) => ({
      ...head(),
      lines: [{ sku: 'X', from: 'A', to, quantity: '6' }],
    });
    assert.match(ledger.send('stock.transfer.v1', move('F')), /5 not reserved/);
    assert.equal(ledger.send('stock.transfer.v1', move('B')), 'booked');
    const damaged = { ...line('6', 'B'), toStatus: 'damaged' as const };
    assert.match(ledger.send('stock.status.v1', { ...head(), lines: [damaged] }), /5 not reserved/);
    assert.equal(ledger.send('reservation.commit.v1', { reservation: 'R-1' }), 'committed');
    assert.deepEqual([ledger.at('A'), ledger.at('B')], ['0 / 0', '5 / 0']);
  });

  it('do not keep a count from saying what is there, and are then served as they come', () => {
    const ledger = stocked();
    hold(ledger, 'R-1', [line('5')]);
    hold(ledger, 'R-2', [line('5')]);
    const count = { ...head(), lines: [line('6')] };
    assert.equal(ledger.send('stock.count.v1', count), 'booked');
    ledger.wait(1);
    assert.equal(ledger.at('A'), '6 / 10');
    const commit = (reservation: string) => ledger.send('reservation.commit.v1', { reservation });
    assert.deepEqual([commit('R-1'), commit('R-2')], ['committed', 'insufficient']);
    assert.equal(ledger.at('A'), '1 / 5');
  });

  it('do not keep a document from a time before a count, which changes nothing that is there', () => {
    const ledger = stocked();
    const later = '2026-01-03T00:00:00.000Z';
    assert.equal(ledger.send('stock.count.v1', { ...head(later), lines: [line('8')] }), 'booked');
    hold(ledger, 'R-1', [line('8')]);
    const before = { ...head('2026-01-02T00:00:00.000Z'), lines: [line('1')] };
    assert.equal(ledger.send('stock.issue.v1', before), 'booked');
    assert.equal(ledger.at('A'), '8 / 8');
  });

  it('hold lots, or leave it to the rule of the item which lots are issued', () => {
    const ledger = new ReservationsLedger();
    ledger.send('item.upsert.v1', { sku: 'X', tracking: 'lot', picking: 'fefo' });
    for (const [lot, expiresOn] of [
      ['L1', '2026-03-31'],
      ['L2', '2026-06-30'],
    ] as const) {
      const lines = [line('5', 'A', { lot, expiresOn })];
      assert.equal(ledger.send('stock.receive.v1', { ...head(), lines }), 'booked');
    }
    assert.equal(hold(ledger, 'lot', [line('3', 'A', { lot: 'L1' })]), 'created');
    assert.equal(hold(ledger, 'any', [line('5')]), 'created');
    assert.match(issue(ledger, '3'), /^STOCK_INSUFFICIENT .* not reserved/);
    assert.match(issue(ledger, '3', 'A', { lot: 'L2' }), /2 not reserved/);
    assert.equal(ledger.send('reservation.commit.v1', { reservation: 'any' }), 'committed');
    const issued = ledger.entries
      .slice(2)
      .map(({ lot, quantity }) => `${lot} ${quantity / 1_000_000n}`);
    assert.deepEqual(issued, ['L1 2', 'L2 3']);
    assert.equal(ledger.send('reservation.commit.v1', { reservation: 'lot' }), 'committed');
    assert.equal(ledger.at('A'), '2 / 0');
  });

  it('leave nothing of a commit of which one line cannot be issued', () => {
    const ledger = stocked();
    hold(ledger, 'R-1', [line('5'), line('5', 'B')]);
    ledger.send('stock.count.v1', { ...head(), lines: [line('1', 'B')] });
    ledger.wait(1);
    const { length } = ledger.entries;
    assert.equal(
      ledger.send('reservation.commit.v1', { reservation: 'R-1', document: 'LS-1' }),
      'insufficient',
    );
    assert.equal(ledger.entries.length, length);
    assert.deepEqual(ledger.changed, []);
    assert.deepEqual([ledger.at('A'), ledger.at('B')], ['10 / 5', '1 / 5']);
  });

  it('are refused, as any document, where they are issued in a closed period', () => {
    const ledger = stocked();
    hold(ledger, 'R-1', [line('5')]);
    ledger.send('period.close.v1', { through: '2025-12-31' });
    const commit = (at: string) => ledger.send('reservation.commit.v1', { reservation: 'R-1', at });
    assert.match(commit('2025-12-30T00:00:00.000Z'), /^PERIOD_CLOSED/);
    assert.equal(ledger.at('A'), '10 / 5');
    assert.equal(commit('2026-01-02T00:00:00.000Z'), 'committed');
  });

  it('make everything part of the commit that a decision about them rests on', () => {
    const ledger = stocked();
    hold(ledger, 'R-1', [line('11')]);
    hold(ledger, 'R-2', [inPool('5')], { timeoutSeconds: '60' });
    ledger.wait(59);
    assert.equal(ledger.expire('R-2'), 'nothing');
    ledger.wait(1);
    assert.equal(ledger.expire('R-2'), 'expired');
    assert.equal(ledger.expire('R-2'), 'nothing');
    const { packs, reservations } = ledger.commit();
    assert.deepEqual(
      packs.map(({ sku }) => sku),
      ['X'],
    );
    assert.deepEqual(
      reservations.map(({ reservation, expectedVersion }) => [
        reservation.id,
        reservation.state,
        reservation.version,
        expectedVersion,
      ]),
      [
        ['R-1', 'failed', 1, 0],
        ['R-2', 'expired', 2, 0],
      ],
    );
  });
});

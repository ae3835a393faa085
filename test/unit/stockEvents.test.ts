import assert from 'node:assert/strict';
import { eventLines, eventsOf } from '../../core/deliver/stockEvents.ts';
import { JsonBuffer } from '../../core/JsonBuffer.ts';

/** A message as it lies in a queue: two entries of one document that move stock between two places. */
const message = {
  v: 1,
  source: '/stockbus/ledger',
  type: 'stock.changed.v1',
  time: '2026-03-31T08:30:00.000Z',
  currency: 'EUR',
  minorDigits: 2,
  documents: { 0: ['T-1', 'ACME', 'R-1', '/flows/erp', 'T-1', 'flow:erp'] },
  packs: [
    {
      ...{ v: 1, sku: 'A/1', version: 3, seq: 9, recordedAt: '2026-03-31T08:30:00.000Z' },
      routes: [
        ['transfer', 'NORTH', 'S#2', 'P', 'P', 'available', ''],
        ['status', 'NORTH', 'NORTH', 'P', 'P', 'available', 'damaged'],
      ],
      documents: [[0, '2026-03-30T00:00:00.000Z']],
      entries: [] as unknown[],
    },
  ],
};

function told(...entries: unknown[]) {
  const packs = message.packs.map((pack) => ({ ...pack, entries }));
  return eventsOf(JSON.stringify({ ...message, packs }));
}

describe('events of stored entries', () => {
  it('say for each balance what it was changed by and what it is, to the last digit', () => {
    const events = told(
      [0, 0, '12345678901234567890', '-98765432109876543', '1', ['-9007199254740993', 7], 0],
      [0, 0, 1_500_000, -5, '2', [3_000_000], [1, 1_000_001], 0, 'L1', 'OWN'],
    );
    const shown = events.map(({ id, data }) => {
      const { change, onHand, reserved, available, value } = data as unknown as Record<
        string,
        string
      >;
      return [id, change, onHand, reserved, available, value];
    });
    const tooLong = '-12345678901234.56789';
    assert.deepEqual(shown, [
      [
        'A%2F1#8@NORTH',
        tooLong,
        '-9007199254.740993',
        '0.000007',
        '-9007199254.741',
        '987654321098765.43',
      ],
      ['A%2F1#9@NORTH', '-1.5', '3', '0', '3', '0.05'],
      ['A%2F1#9@S%232', '1.5', '0.000001', '1.000001', '-1', '-0.05'],
    ]);
  });

  it('are lines of the same data, whatever the names in them', () => {
    const odd = 'a"b\\c, [d] é 電 \ud800 \u007f';
    const documents = { 0: [odd, odd, '', '/flows/erp', odd, 'flow:erp'] };
    const [pack] = message.packs;
    const packs = ['A', odd].map((sku) => ({
      ...{ ...pack, sku },
      entries: [
        [0, 0, 1_500_000, -5, odd, [3_000_000, 1], [0, 1], 0, odd, odd],
        [1, 0, 0, '-90071992547409931', '', 0, ['9007199254740993000']],
      ],
    }));
    const text = JSON.stringify({ ...message, documents, packs });
    const { bytes, ends } = eventLines(text, new JsonBuffer());
    const expected = eventsOf(text).map(({ data }) => `${JSON.stringify(data)}\n`);
    assert.equal(Buffer.from(bytes).toString(), expected.join(''));
    assert.deepEqual(
      ends,
      expected.map((_, index) => Buffer.byteLength(expected.slice(0, index + 1).join(''))),
    );
  });

  it('have the fields that there are, in one order', () => {
    const [event] = told([1, 0, -2_000_000, 0, '1', 0, [4_000_000, 1], 0, 'L1', 'OWN']);
    assert.deepEqual(
      JSON.stringify(event),
      JSON.stringify({
        specversion: '1.0',
        id: 'A%2F1#9@NORTH/damaged',
        source: '/stockbus/ledger',
        type: 'stock.changed.v1',
        time: '2026-03-31T08:30:00.000Z',
        datacontenttype: 'application/json',
        data: {
          sku: 'A/1',
          location: 'NORTH',
          status: 'damaged',
          change: '-2',
          onHand: '4',
          reserved: '0.000001',
          available: '0',
          version: '9',
          value: '0.00',
          currency: 'EUR',
          kind: 'status',
          document: 'T-1',
          line: '1',
          at: '2026-03-30T00:00:00.000Z',
          recordedAt: '2026-03-31T08:30:00.000Z',
          source: '/flows/erp',
          messageId: 'T-1',
          actor: 'flow:erp',
          lot: 'L1',
          owner: 'OWN',
          partner: 'ACME',
        },
      }),
    );
  });

  it('are none of what is no whole number', () => {
    for (const quantity of ['1.5', 'x', 0.5]) {
      assert.throws(() => told([0, 0, quantity, 0, '1', [1], 0]), String(quantity));
    }
  });
});

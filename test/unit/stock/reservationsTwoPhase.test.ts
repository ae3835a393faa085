/** The conditions of TigerBeetle's two-phase transfers, in terms of reservations, one row each. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { isStockbusError } from '../../../core/errors.ts';
import { ReservationsBook, type Setting } from './reservationsBook.ts';

interface Row {
  /** The condition there. */
  name: string;
  setting?: Setting;
  /** Stock at place A before; 10 where left out. */
  stock?: string;
  /** What is asked, in order, and the answer to each; the code where it is refused. */
  steps: [ask: (book: ReservationsBook) => unknown, answer: string][];
  reserved: string;
  onHand?: string;
}

const line = (quantity: string, more = {}) => ({ sku: 'X', location: 'A', quantity, ...more });
const part = (quantity: string, more = {}) => ({ lines: [{ line: '1', quantity, ...more }] });
const hold = (quantity = '5', more = {}) =>
  [(book: ReservationsBook) => book.create('r', quantity, more), 'created'] as [
    (book: ReservationsBook) => string,
    string,
  ];
const wait = (seconds: number): [(book: ReservationsBook) => unknown, string] => [
  (book) => book.wait(seconds),
  '',
];

const table: Record<string, Row[]> = {
  pending: [
    {
      name: 'adds to what is pending, nothing is posted',
      steps: [hold()],
      reserved: '5',
      onHand: '10',
    },
    {
      name: 'exceeds_credits: the limit is checked now, and counts what is pending',
      steps: [hold('6'), [(book) => book.create('s', '5'), 'insufficient']],
      reserved: '6',
    },
    {
      name: 'linked transfers: all or none, each sees those before it',
      steps: [
        [(book) => book.create('r', '', { lines: [line('6'), line('5')] }), 'insufficient'],
        [(book) => book.create('s', '', { lines: [line('6'), line('4')] }), 'created'],
      ],
      reserved: '10',
    },
    {
      name: 'overflows_debits_pending',
      setting: { negative: 'allow' },
      steps: [
        [(book) => book.create('r', '9000000000000'), 'created'],
        [(book) => book.create('s', '9000000000000'), 'STOCK_OUT_OF_RANGE'],
      ],
      reserved: '9000000000000',
    },
    {
      name: 'debit_account_not_found',
      steps: [
        [
          (book) => book.create('r', '', { lines: [{ sku: 'X', pool: 'moon', quantity: '1' }] }),
          'MESSAGE_INVALID',
        ],
        [
          (book) => book.create('r', '', { lines: [line('1', { location: 'customer' })] }),
          'PLACE_RESERVED',
        ],
        [(book) => book.create('r', '', { lines: [line('1', { unit: 'BOX' })] }), 'UNIT_MISMATCH'],
      ],
      reserved: '0',
    },
  ],
  post: [
    {
      name: 'less than pending: posts that, the rest is released',
      steps: [hold(), [(book) => book.commit('r', part('3')), 'committed']],
      reserved: '0',
      onHand: '7',
    },
    {
      name: 'nothing of it: all is released',
      steps: [hold(), [(book) => book.commit('r', part('0')), 'committed']],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'the amount pending: posts all',
      steps: [hold(), [(book) => book.commit('r', part('5')), 'committed']],
      reserved: '0',
      onHand: '5',
    },
    {
      name: '2^128-1: posts all',
      steps: [hold(), [(book) => book.commit('r'), 'committed']],
      reserved: '0',
      onHand: '5',
    },
    {
      name: 'exceeds_pending_transfer_amount: stays pending',
      steps: [
        hold(),
        [(book) => book.commit('r', part('5.000001')), 'exceeds_reserved'],
        [(book) => book.commit('r'), 'committed'],
      ],
      reserved: '0',
      onHand: '5',
    },
    {
      name: 'pending_transfer_not_found',
      steps: [[(book) => book.commit('r'), 'RESERVATION_UNKNOWN']],
      reserved: '0',
    },
    {
      name: 'pending_transfer_not_pending: its creation was refused',
      steps: [
        [(book) => book.create('r', '11'), 'insufficient'],
        [(book) => book.commit('r'), 'already_failed'],
      ],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'pending_transfer_has_different_debit_account_id: place',
      steps: [
        hold(),
        [
          (book) => book.commit('r', part('1', { location: 'B' })),
          'has_different_lines[0].location',
        ],
      ],
      reserved: '5',
    },
    {
      name: 'pending_transfer_has_different_credit_account_id: lot',
      setting: { negative: 'allow' },
      steps: [
        hold('5', { lines: [line('5', { lot: 'L1' })] }),
        [(book) => book.commit('r', part('1', { lot: 'L2' })), 'has_different_lines[0].lot'],
      ],
      reserved: '5',
    },
    {
      name: 'pending_transfer_has_different_ledger: pool',
      setting: { pools: { south: ['S'] } },
      steps: [
        hold('5', { lines: [{ sku: 'X', pool: 'main', quantity: '5' }] }),
        [
          (book) => book.commit('r', part('1', { location: 'S' })),
          'has_different_lines[0].location',
        ],
      ],
      reserved: '5',
    },
    {
      name: 'pending_transfer_has_different_code: line',
      steps: [
        hold(),
        [
          (book) => book.commit('r', { lines: [{ line: '2', quantity: '1' }] }),
          'has_different_lines[0].line',
        ],
      ],
      reserved: '5',
    },
  ],
  'post in parts': [
    {
      name: 'the rest stays pending, and is posted later',
      steps: [
        hold(),
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'partly_committed'],
        [(book) => book.reserved, '2'],
        [(book) => book.commit('r'), 'committed'],
      ],
      reserved: '0',
      onHand: '5',
    },
    {
      name: '3 and 2 reserved, 3 posted, then 2',
      steps: [
        [(book) => book.create('r', '', { lines: [line('3'), line('2')] }), 'created'],
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'partly_committed'],
        [
          (book) => book.commit('r', { lines: [{ line: '2', quantity: '2' }], rest: 'keep' }),
          'committed',
        ],
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'already_committed'],
      ],
      reserved: '0',
      onHand: '5',
    },
    {
      name: 'the rest is released by void, or by a last part',
      steps: [
        hold('4'),
        [(book) => book.commit('r', { ...part('1'), rest: 'keep' }), 'partly_committed'],
        [(book) => book.void('r'), 'voided'],
        [(book) => book.create('s', '4'), 'created'],
        [(book) => book.commit('s', { ...part('1'), rest: 'keep' }), 'partly_committed'],
        [(book) => book.commit('s', { ...part('1'), rest: 'release' }), 'committed'],
      ],
      reserved: '0',
      onHand: '7',
    },
    {
      name: 'exceeds_pending_transfer_amount: more than is left of it',
      steps: [
        hold(),
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'partly_committed'],
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'exceeds_reserved'],
      ],
      reserved: '2',
      onHand: '7',
    },
    {
      name: 'nothing of it moves nothing, and says so',
      steps: [hold(), [(book) => book.commit('r', { ...part('0'), rest: 'keep' }), 'unchanged']],
      reserved: '5',
      onHand: '10',
    },
    {
      name: 'pending_transfer_expired: what is left of it',
      steps: [
        hold('5', { timeoutSeconds: '2' }),
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'partly_committed'],
        wait(2),
        [(book) => book.commit('r'), 'expired'],
      ],
      reserved: '0',
      onHand: '7',
    },
  ],
  update: [
    {
      name: 'more, less, and another line',
      steps: [
        hold(),
        [(book) => book.update('r', part('8')), 'updated'],
        [(book) => book.reserved, '8'],
        [(book) => book.update('r', part('2')), 'updated'],
        [
          (book) => book.update('r', { lines: [{ ...line('3'), line: '2' }, ...part('1').lines] }),
          'updated',
        ],
        [(book) => book.reserved, '4'],
        [(book) => book.commit('r'), 'committed'],
      ],
      reserved: '0',
      onHand: '6',
    },
    {
      name: 'exceeds_credits: all or none',
      steps: [
        hold(),
        [
          (book) => book.update('r', { lines: [...part('6').lines, { ...line('5'), line: '2' }] }),
          'insufficient',
        ],
      ],
      reserved: '5',
    },
    {
      name: 'what one line lets go another may have',
      steps: [
        [(book) => book.create('r', '', { lines: [line('2'), line('8')] }), 'created'],
        [
          (book) => book.update('r', { lines: [...part('7').lines, { line: '2', quantity: '3' }] }),
          'updated',
        ],
      ],
      reserved: '10',
    },
    {
      name: 'it is so already',
      steps: [hold(), [(book) => book.update('r', part('5.0')), 'unchanged']],
      reserved: '5',
    },
    {
      name: 'not below what has left; to that, it is over',
      steps: [
        hold(),
        [(book) => book.commit('r', { ...part('3'), rest: 'keep' }), 'partly_committed'],
        [(book) => book.update('r', part('2')), 'below_committed'],
        [(book) => book.update('r', part('6')), 'updated'],
        [(book) => book.reserved, '3'],
        [(book) => book.update('r', part('3')), 'committed'],
        [(book) => book.update('r', part('4')), 'already_committed'],
      ],
      reserved: '0',
      onHand: '7',
    },
    {
      name: 'to nothing: as if voided',
      steps: [
        hold(),
        [(book) => book.update('r', part('0')), 'voided'],
        [(book) => book.commit('r'), 'already_voided'],
      ],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'timeout: longer, shorter, for ever',
      steps: [
        hold('5', { timeoutSeconds: '2' }),
        [(book) => book.update('r', { timeoutSeconds: '9' }), 'updated'],
        wait(3),
        [(book) => book.update('r', { timeoutSeconds: '0' }), 'updated'],
        wait(1e6),
        [(book) => book.update('r', { timeoutSeconds: '1' }), 'updated'],
        wait(1),
        [(book) => book.update('r', { timeoutSeconds: '9' }), 'expired'],
      ],
      reserved: '0',
    },
    {
      name: 'timeout: to a moment that is over',
      steps: [
        [(book) => book.create('s', '5'), 'created'],
        [(book) => book.update('s', { expiresAt: '2026-01-01T00:00:00Z' }), 'expired'],
        [(book) => book.update('s', part('9', { expiresAt: '2026-01-01T00:00:00Z' })), 'expired'],
        [(book) => book.commit('s'), 'expired'],
        [(book) => book.create('t', '10'), 'created'],
        [
          (book) => book.update('t', { ...part('20'), expiresAt: '2026-01-01T00:00:00Z' }),
          'expired',
        ],
        [(book) => book.reservation('t')?.state, 'expired'],
        [(book) => book.create('u', '10', { expiresAt: '2026-01-01T00:00:00Z' }), 'expired'],
      ],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'pending_transfer_has_different_debit_account_id',
      steps: [
        [(book) => book.create('s', '5'), 'created'],
        [
          (book) => book.update('s', part('5', { location: 'B' })),
          'has_different_lines[0].location',
        ],
        [(book) => book.update('s', part('5', { sku: 'Y' })), 'has_different_lines[0].sku'],
        [(book) => book.update('s', part('5', { pool: 'main' })), 'has_different_lines[0].pool'],
        [(book) => book.update('s', part('5', { lot: 'L1' })), 'has_different_lines[0].lot'],
        [
          (book) => book.update('s', { lines: [{ line: '2', quantity: '1' }] }),
          'has_different_lines[0].line',
        ],
      ],
      reserved: '5',
    },
    {
      name: 'debit_account_not_found, and what cannot be understood',
      steps: [
        [(book) => book.update('r', part('5')), 'RESERVATION_UNKNOWN'],
        hold(),
        [
          (book) =>
            book.update('r', { lines: [{ ...line('1', { location: 'customer' }), line: '2' }] }),
          'PLACE_RESERVED',
        ],
        [
          (book) => book.update('r', { lines: [...part('1').lines, ...part('2').lines] }),
          'MESSAGE_INVALID',
        ],
        [(book) => book.update('r', part('1', { unit: 'BOX' })), 'UNIT_MISMATCH'],
      ],
      reserved: '5',
    },
  ],
  void: [
    {
      name: 'releases all',
      steps: [hold(), [(book) => book.void('r'), 'voided']],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'pending_transfer_not_found',
      steps: [[(book) => book.void('r'), 'RESERVATION_UNKNOWN']],
      reserved: '0',
    },
  ],
  timeout: [
    {
      name: '0 is never',
      steps: [
        hold('5', { timeoutSeconds: '0' }),
        wait(1e9),
        [(book) => book.sweep().length, '0'],
        [(book) => book.commit('r'), 'committed'],
      ],
      reserved: '0',
      onHand: '5',
    },
    {
      name: 'not a millisecond early',
      steps: [
        hold('5', { timeoutSeconds: '2' }),
        wait(1.999),
        [(book) => book.sweep().length, '0'],
        [(book) => book.commit('r'), 'committed'],
      ],
      reserved: '0',
      onHand: '5',
    },
    {
      name: 'removal may lag: refused before the sweep comes by',
      steps: [
        hold('5', { timeoutSeconds: '2' }),
        wait(2),
        [(book) => book.reserved, '5'],
        [(book) => book.commit('r'), 'expired'],
        [(book) => book.sweep().length, '0'],
      ],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'what is over holds nothing before the sweep comes by',
      steps: [
        hold('10', { timeoutSeconds: '2' }),
        [(book) => book.create('s', '1'), 'insufficient'],
        wait(2),
        [(book) => book.create('t', '10'), 'created'],
        [(book) => book.reservation('r')?.state, 'expired'],
      ],
      reserved: '10',
    },
    {
      name: 'overflows_timeout',
      steps: [
        [(book) => book.create('r', '5', { timeoutSeconds: '999999999999' }), 'MESSAGE_INVALID'],
      ],
      reserved: '0',
    },
  ],
  'second resolution': [
    {
      name: 'pending_transfer_already_posted',
      steps: [
        hold(),
        [(book) => book.commit('r', part('3')), 'committed'],
        [(book) => book.commit('r', part('3')), 'already_committed'],
        [(book) => book.commit('r', part('2')), 'already_committed'],
        [(book) => book.void('r'), 'already_committed'],
      ],
      reserved: '0',
      onHand: '7',
    },
    {
      name: 'pending_transfer_already_voided',
      steps: [
        hold(),
        [(book) => book.void('r'), 'voided'],
        [(book) => book.void('r'), 'already_voided'],
        [(book) => book.commit('r'), 'already_voided'],
      ],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'pending_transfer_expired',
      steps: [
        hold('5', { timeoutSeconds: '1' }),
        wait(1),
        [(book) => book.sweep().join(), 'r'],
        [(book) => book.commit('r'), 'expired'],
        [(book) => book.void('r'), 'expired'],
      ],
      reserved: '0',
      onHand: '10',
    },
    {
      name: 'a resolved one does not expire',
      steps: [
        hold('5', { timeoutSeconds: '1' }),
        [(book) => book.void('r'), 'voided'],
        wait(1),
        [(book) => book.sweep().length, '0'],
        [(book) => book.void('r'), 'already_voided'],
      ],
      reserved: '0',
    },
  ],
  'same id again': [
    {
      name: 'exists',
      steps: [
        hold(),
        [(book) => book.create('r', '5'), 'exists'],
        [(book) => book.create('r', '5.0'), 'exists'],
      ],
      reserved: '5',
    },
    {
      name: 'exists, also once it is resolved',
      steps: [
        hold(),
        [(book) => book.commit('r'), 'committed'],
        [(book) => book.create('r', '5'), 'exists'],
      ],
      reserved: '0',
      onHand: '5',
    },
    {
      name: 'exists_with_different_amount',
      steps: [hold(), [(book) => book.create('r', '6'), 'exists_with_different_lines[0].quantity']],
      reserved: '5',
    },
    {
      name: 'exists_with_different_debit_account_id',
      steps: [
        hold(),
        [
          (book) => book.create('r', '', { lines: [line('5', { location: 'B' })] }),
          'exists_with_different_lines[0].location',
        ],
        [
          (book) => book.create('r', '', { lines: [line('5', { sku: 'Y' })] }),
          'exists_with_different_lines[0].sku',
        ],
        [
          (book) => book.create('r', '', { lines: [line('5', { lot: 'L' })] }),
          'exists_with_different_lines[0].lot',
        ],
        [
          (book) => book.create('r', '', { lines: [line('5', { line: '10' })] }),
          'exists_with_different_lines[0].line',
        ],
        [
          (book) => book.create('r', '', { lines: [line('5'), line('1')] }),
          'exists_with_different_lines',
        ],
        [
          (book) => book.create('r', '', { lines: [{ sku: 'X', pool: 'main', quantity: '5' }] }),
          'exists_with_different_lines[0].location',
        ],
      ],
      reserved: '5',
    },
    {
      name: 'exists_with_different_user_data',
      steps: [
        hold('5', { partner: 'C-1', reference: 'SO-1' }),
        [
          (book) => book.create('r', '5', { partner: 'C-2', reference: 'SO-1' }),
          'exists_with_different_partner',
        ],
        [(book) => book.create('r', '5', { partner: 'C-1' }), 'exists_with_different_reference'],
        [
          (book) =>
            book.create('r', '5', {
              partner: 'C-1',
              reference: 'SO-1',
              at: '2026-01-02T00:00:00.000Z',
            }),
          'exists_with_different_at',
        ],
      ],
      reserved: '5',
    },
    {
      name: 'exists_with_different_timeout',
      steps: [
        hold('5', { timeoutSeconds: '60' }),
        wait(30),
        [(book) => book.create('r', '5', { timeoutSeconds: '60' }), 'exists'],
        [
          (book) => book.create('r', '5', { timeoutSeconds: '30' }),
          'exists_with_different_expires_at',
        ],
        [(book) => book.create('r', '5'), 'exists_with_different_expires_at'],
      ],
      reserved: '5',
    },
    {
      name: 'id_already_failed: however much there is by now',
      steps: [
        [(book) => book.create('r', '11'), 'insufficient'],
        [(book) => book.put('5'), ''],
        [(book) => book.create('r', '11'), 'already_failed'],
        [(book) => book.create('r', '1'), 'already_failed'],
        [(book) => book.void('r'), 'already_failed'],
      ],
      reserved: '0',
      onHand: '15',
    },
  ],
};

describe('conditions of two-phase reservations', () => {
  for (const [group, rows] of Object.entries(table)) {
    for (const row of rows) {
      it(`${group}: ${row.name}`, () => {
        const book = new ReservationsBook(row.setting);
        book.put(row.stock ?? '10');
        const answers = row.steps.map(([ask]) => answerOf(() => ask(book)));
        assert.deepEqual(
          answers,
          row.steps.map(([, answer]) => answer),
        );
        assert.equal(book.reserved, row.reserved);
        if (row.onHand !== undefined) assert.equal(book.onHand(), row.onHand);
      });
    }
  }

  it('timeouts 0, 1, 2, 3 s of 10, 11, 12, 13: what is pending falls 46, 35, 23, 10', () => {
    const book = new ReservationsBook();
    book.put('100');
    for (const [index, quantity] of ['10', '11', '12', '13'].entries())
      book.create(`r${index}`, quantity, { timeoutSeconds: String(index) });
    const pending = [book.reserved];
    for (let second = 1; second <= 3; second += 1) {
      book.wait(1);
      book.sweep();
      pending.push(book.reserved);
    }
    assert.deepEqual(pending, ['46', '35', '23', '10']);
    const posted = [1, 2, 3, 0].map((index) => book.commit(`r${index}`));
    assert.deepEqual(posted, ['expired', 'expired', 'expired', 'committed']);
    assert.deepEqual([book.onHand(), book.reserved], ['90', '0']);
  });

  it('what a row has and a reservation has not, its schema refuses', async () => {
    const fields = async (type: string) =>
      Object.keys(JSON.parse(await readFile(`schemas/${type}.json`, 'utf8')).properties);
    // timeout_reserved_for_pending_transfer; pending_transfer_has_different_amount of a void.
    assert.ok(
      !(await fields('reservation.commit.v1')).some((name) => /timeout|expire/i.test(name)),
    );
    const ofVoid = await fields('reservation.void.v1');
    assert.ok(!ofVoid.some((name) => /timeout|expire|quantity|lines/i.test(name)));
  });
});

function answerOf(ask: () => unknown): string {
  try {
    return String(ask() ?? '');
  } catch (error) {
    if (isStockbusError(error)) return error.code;
    throw error;
  }
}

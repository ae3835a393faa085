import { deepEqual, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  balanceOf,
  commitOf,
  entryOf,
  headOf,
  RECORDED_AT,
  reservationOf,
  reservedLineOf,
  reserving,
} from './fixtures.ts';
import { openAt } from './withStore.ts';

/** What an auditor sees who has nothing but `sqlite3`. */
describe('sqlite views', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-views-'));
  let database: DatabaseSync;
  const rows = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));

  before(async () => {
    const store = await openAt(`file:${folder}`);
    const said = { source: '/flows/test', messageId: 'm', actor: 'cli:a', recordedAt: RECORDED_AT };
    const pools = [{ pool: 'main', quantity: 5n, value: -7n, lastCost: 3n, reserved: 2n }];
    await store.commit(
      commitOf({
        heads: [headOf('A', 1, { pools, seq: 2 })],
        entries: [
          entryOf('A', 1, { kind: 'status', toStatus: 'damaged', owner: 'ACME', lot: 'L' }),
          entryOf('A', 2, {
            kind: 'recost',
            corrects: 1,
            by: 1,
            input: { amount: 5n },
            partner: 'V',
          }),
        ],
        balances: [balanceOf('A', 'W1', { owner: 'ACME', expiresOn: '2026-01-31' })],
        reservations: reserving(
          reservationOf('R1', 1, {
            lines: [reservedLineOf('A', { committed: 1n })],
            log: [{ action: 'reserve', result: 'short', ...said, reason: 'two' }],
          }),
        ),
        period: {
          version: 1,
          closedThrough: '2024-12-31',
          log: [{ action: 'close', through: '2024-12-31', reason: 'year', ...said }],
        },
      }),
    );
    await store.close();
    database = new DatabaseSync(join(folder, 'store.db'), { readOnly: true });
  });
  after(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('show entries whole', () => {
    deepEqual(rows('SELECT * FROM ledger ORDER BY sku, seq')[0], [
      ...['A', 1, 'status', 'supplier', 'W1', 1_000_000, 250, '', 'main', 'L'],
      ...['available', 'damaged', 'ACME', 'D1', '1', '', '', ''],
      ...['2025-02-01T00:00:00.000Z', RECORDED_AT, '/flows/test', 'A-1', 'flow:test'],
      ...[null, null, null, 1, 1],
    ]);
    deepEqual(rows(`SELECT to_status, input, corrects, caused_by FROM ledger WHERE seq = 2`), [
      ['', '{"amount":"5"}', 1, 1],
    ]);
  });

  it('say in which packs a name occurs, and give its entries without all others', () => {
    deepEqual(rows('SELECT kind, name, pack_id FROM named_packs ORDER BY kind, name'), [
      ...[
        ['document', 'D1', 1],
        ['document', 'D2', 1],
      ],
      ...[
        ['lot', 'L', 1],
        ['partner', 'V', 1],
      ],
    ]);
    const found = `SELECT seq FROM ledger WHERE lot = 'L' AND pack_id IN
      (SELECT pack_id FROM named_packs WHERE kind = 'lot' AND name = 'L')`;
    deepEqual(rows(found), [[1]]);
    const plan = rows(`EXPLAIN QUERY PLAN ${found}`).map((row) => String(row.at(-1)));
    ok(plan.includes('SEARCH p USING INTEGER PRIMARY KEY (rowid=?)'), plan.join('\n'));
    ok(plan.includes('SEARCH lots USING PRIMARY KEY (lot=?)'), plan.join('\n'));
    const referring = `SELECT pack_id FROM named_packs WHERE kind = 'reference' AND name = 'PO-1'`;
    const search = rows(`EXPLAIN QUERY PLAN ${referring}`).map((row) => String(row.at(-1)));
    ok(search.includes('SEARCH d USING INDEX documents_reference (reference=?)'), search.join());
  });

  it('show cost pools, reservations with their log, and what was closed', () => {
    deepEqual(rows('SELECT * FROM pools'), [['A', 'main', 5, -7, 3, 2, 0]]);
    deepEqual(rows('SELECT owner, on_hand, expires_on FROM stock'), [
      ['ACME', 1_000_000, '2026-01-31'],
    ]);
    deepEqual(
      rows(
        'SELECT id, state, sku, quantity, committed FROM reservations JOIN reservation_lines USING (id)',
      ),
      [['R1', 'pending', 'A', 2_000_000, 1]],
    );
    const said = ['/flows/test', 'm', 'cli:a', RECORDED_AT];
    deepEqual(rows('SELECT * FROM reservation_log'), [
      ['R1', 0, 'reserve', 'short', ...said, 'two'],
    ]);
    deepEqual(rows('SELECT * FROM period_log'), [[0, 'close', '2024-12-31', 'year', ...said]]);
  });
});

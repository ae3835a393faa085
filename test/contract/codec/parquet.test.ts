/** Parquet that pyarrow reads: every digit, every type, groups of rows; and what is refused. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codecs } from '../../../core/catalog.ts';
import { parquet } from '../../../core/codecs/parquet.ts';
import { codecField } from '../../../core/flow/codecField.ts';
import type { RecordValue, TypedFacts } from '../../../core/ports.ts';
import { readParquet } from '../../pyarrow.ts';
import { codecWith } from './readAll.ts';

type Pages = readonly (readonly RecordValue[])[];

const written = async (pages: Pages, options: object = {}, facts: TypedFacts = {}) => {
  const parts = codecWith(parquet, {}, options).payload!(pages, ['sku', 'quantity'], facts);
  return Buffer.concat(await Array.fromAsync(parts));
};

/** Four times the largest amount that fits into 64 bits of cents. */
const SUM = '368934881474191032.280000';

describe('parquet codec', function () {
  this.timeout(30_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-parquet-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const read = async (bytes: Uint8Array) => {
    const file = join(folder, 'some.parquet');
    writeFileSync(file, bytes);
    return readParquet(file);
  };

  it('gives every digit, day and time of a report, and its text as it is', async () => {
    const kinds = { quantity: 'decimal', value: 'decimal', day: 'day', at: 'instant' } as const;
    const all = [
      ['00123', '0.000001', SUM, '2026-03-31', '2026-03-31T08:30:00.250Z'],
      [
        'größe 日本',
        '-7',
        `-${'9'.repeat(32)}.999999`,
        '1969-12-31',
        '1969-12-31T23:59:59.999999Z',
      ],
      ['', '', '9007199254740993.010000', '', '2026-03-31T10:30:00+02:00'],
    ].map(([sku, quantity, value, day, at]) => ({ sku, quantity, value, day, at }));
    const { types, rows } = await read(
      await written([all.slice(0, 2), all.slice(2)], {}, { kinds }),
    );
    assert.deepEqual(types, {
      ...{ sku: 'string', quantity: 'decimal128(38, 6)', value: 'decimal128(38, 6)' },
      ...{ day: 'date32[day]', at: 'timestamp[us, tz=UTC]' },
    });
    assert.deepEqual(
      rows.map((row) => Object.values(row)),
      [
        ['00123', '0.000001', SUM, '2026-03-31', '2026-03-31T08:30:00.250000+00:00'],
        [
          ...['größe 日本', '-7.000000', `-${'9'.repeat(32)}.999999`],
          ...['1969-12-31', '1969-12-31T23:59:59.999999+00:00'],
        ],
        ['', null, '9007199254740993.010000', null, '2026-03-31T08:30:00+00:00'],
      ],
    );
  });

  it('writes the columns that a flow chooses, in their order and types', async () => {
    const columns = { n: 'integer', is: 'boolean', q: 'decimal18', sku: 'text', none: 'text' };
    const one = { q: '999999999999.999999', sku: '1', n: '9007199254740993', is: true, more: 'x' };
    const { types, rows } = await read(await written([[one]], { columns }));
    assert.deepEqual(Object.entries(types), [
      ...[
        ['n', 'int64'],
        ['is', 'bool'],
        ['q', 'decimal128(18, 6)'],
      ],
      ...[
        ['sku', 'string'],
        ['none', 'string'],
      ],
    ]);
    const [n, is, q, sku, none] = Object.values(rows[0]!);
    assert.deepEqual([n, is, q, sku, none], ['9007199254740993', 'True', one.q, '1', null]);
  });

  it('writes groups of rows as they come, and a table without a row', async () => {
    const page = (from: number): RecordValue[] =>
      Array.from({ length: 5_000 }, (_, n) => ({ sku: `S${from + n}`, quantity: `${n}.5` }));
    const pages = [page(0), [], page(5_000), page(10_000), page(15_000), page(20_000)];
    const kinds = { quantity: 'decimal' } as const;
    const { rowGroups, rows } = await read(await written(pages, {}, { kinds }));
    assert.equal(rowGroups, 3);
    assert.deepEqual(
      rows,
      pages.flat().map((row) => ({ ...row, quantity: `${row.quantity}00000` })),
    );
    const { types, rows: none } = await read(await written([[]], {}, { kinds }));
    assert.deepEqual([types, none], [{ sku: 'string', quantity: 'decimal128(38, 6)' }, []]);
  });

  for (const [type, cell, says] of [
    ['decimal', '12,5', "'12,5' is no decimal"],
    ['decimal', '0.0000001', '6 digits behind the point'],
    ['decimal', `1${'0'.repeat(32)}`, '32 digits before the point'],
    ['decimal', 1e30, 'is no decimal'],
    ['decimal18', '1000000000000', '12 digits before the point'],
    ['integer', '9223372036854775808', '64 bits'],
    ['boolean', 'yes', 'is no boolean'],
    ['day', '2026-02-31', 'is no day'],
    ['instant', '2026-03-31', 'is no instant'],
  ] as const)
    it(`refuses ${cell} as ${type}, and never rounds`, async () => {
      await assert.rejects(written([[{ c: cell }]], { columns: { c: type } }), (error: Error) => {
        assert.equal((error as { code?: string }).code, 'PARQUET_BAD_CELL');
        assert.ok(error.message.includes(says), error.message);
        return true;
      });
    });

  it('refuses a field that shows up too late', async () => {
    const late = written([[{ sku: '1' }], [{ sku: '2', price: '3' }]]);
    await assert.rejects(late, { code: 'CSV_BAD_HEADER' });
  });

  it('is not read, and says why where a flow wants it', () => {
    assert.deepEqual(
      codecs.filter(({ unread }) => unread !== undefined).map(({ name }) => name),
      ['parquet'],
    );
    for (const value of ['parquet', { parquet: {} }]) {
      const said: string[] = [];
      const field = codecField('Read.', codecs, 'readOptions');
      assert.equal(
        field.read(value, [], ({ message, todo }) => said.push(`${message}: ${todo}`)),
        undefined,
      );
      assert.match(said.join(), /^'parquet' is written, and not read: .*CSV or NDJSON/);
      assert.ok(!JSON.stringify(field.schema).includes('parquet'));
    }
  });
});

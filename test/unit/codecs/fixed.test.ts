/** Lines of fixed width: places, numbers without their point, kinds, and what stands around. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixed } from '../../../core/codecs/fixed.ts';
import { writeRecords } from '../../../core/deliver/writeRecords.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { chunksOf, codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';
import { describeSamples } from '../../samples.ts';

const read = (options: object, text: string) => readAll(codecWith(fixed, options), text);

const valuesOf = async (options: object, text: string) => values(await read(options, text));

const stock = {
  kind: '1',
  rows: [
    { H: { document: '2-6', date: '7-14' } },
    { L: { sku: '2-6', quantity: { at: '7-12', decimals: 2 } } },
  ],
};

describe('fields of fixed width', () => {
  it('are text by their characters, not bytes, and decimals to the digit', async () => {
    const fields = { name: '1-5', quantity: { at: '6-12', decimals: 3 }, flag: 13, note: '14-' };
    const lines = [
      'Größe0012345XNotiz 😀',
      '😀    -000005',
      'a    000000- ',
      'b    99999999to',
      'c',
    ];
    assert.deepEqual(await valuesOf({ fields }, lines.join('\r\n')), [
      { name: 'Größe', quantity: '12.345', flag: 'X', note: 'Notiz 😀' },
      { name: '😀', quantity: '-0.005', flag: '', note: '' },
      { name: 'a', quantity: '0.000', flag: '', note: '' },
      { name: 'b', quantity: '9999.999', flag: '9', note: 'to' },
      { name: 'c', quantity: '', flag: '', note: '' },
    ]);
    const wide = { fields: { n: { at: '1-30', decimals: 12 } } };
    assert.deepEqual(await valuesOf(wide, '123456789012345678901234567890\n'), [
      { n: '123456789012345678.901234567890' },
    ]);
  });

  it('are bad where a number is none, or its line cuts it', async () => {
    const fields = { sku: '1-3', quantity: { at: '4-9', decimals: 2 } };
    const text = 'A  000100\nB  1.0000\nC  00010\nD  00 100\nE  -0001-\nF  000200\n';
    const result = await read({ fields }, text);
    assert.deepEqual(faults(result), [
      '2:2 FIXED_BAD_NUMBER',
      '3:3 FIXED_SHORT_ROW',
      '4:4 FIXED_BAD_NUMBER',
      '5:5 FIXED_BAD_NUMBER',
    ]);
    assert.deepEqual(result.records[1]?.fault?.at, {
      ...{ file: 'payload', record: 2, line: 2, field: 'quantity' },
    });
    assert.equal(result.records[1]?.raw, 'B  1.0000');
  });

  it('may be filled up with any character on either side', async () => {
    const fields = {
      id: { at: '1-6', pad: '0', align: 'right' },
      name: { at: '7-12', pad: 'x' },
      plain: '13-18',
    };
    assert.deepEqual(await valuesOf({ fields }, '000420Textxx001200\n'), [
      { id: '420', name: 'Text', plain: '001200' },
    ]);
  });
});

describe('lines of several kinds', () => {
  it('give records what stands above them, and refuse what stands below nothing', async () => {
    const text = [
      'LA    000100',
      'HD1   20260331',
      'LA    000150',
      'LB    000200',
      'HD2   20260401',
      'X?',
    ];
    const result = await read({ ...stock, ignore: '^X' }, text.join('\n'));
    assert.deepEqual(faults(result), ['1:1 CSV_ROW_KIND']);
    assert.deepEqual(values(result), [
      { document: 'D1', date: '20260331', sku: 'A', quantity: '1.50' },
      { document: 'D1', date: '20260331', sku: 'B', quantity: '2.00' },
      {},
      { document: 'D2', date: '20260401', sku: '', quantity: '' },
    ]);
    assert.deepEqual(
      result.records.map(({ passedOver }) => passedOver ?? false),
      [false, false, false, true, false],
    );
    assert.deepEqual(faults(await read(stock, 'HD1\nZ\nLA\n')), [
      '1:2 CSV_ROW_KIND',
      '2:3 CSV_ROW_KIND',
    ]);
  });

  it('come back where they are rejected, below the lines above them, and are read again', async () => {
    const text = 'HD1   20260331\nLA    0001x0\nLB    000200\nLC    000300\n';
    const codec = codecWith(fixed, { ...stock, footer: '^T(\\d+)' });
    const reading = codec.read(chunksOf(Buffer.from(`${text}T4\n`), 10), { name: 'x' });
    const parts: Uint8Array[] = [];
    const fault = { code: 'EXPR_NOT_DECIMAL', message: 'not\nthis' } as const;
    let format: ReturnType<typeof reading.rejects> | undefined;
    for await (const records of reading)
      for (const record of records.filter(({ value }) => value.sku !== 'B' && value.sku)) {
        format ??= reading.rejects();
        parts.push(await format.write([{ record, fault: record.fault ?? fault }]));
      }
    const file = Buffer.concat(parts).toString();
    assert.deepEqual(
      file.split('\r\n').filter((line) => !line.startsWith('#')),
      ['HD1  20260331', 'LA    0001x0', 'LC    000300', ''].map((line) =>
        line.replace('HD1  2', 'HD1   2'),
      ),
    );
    const again = await readAll(codec, file.replaceAll('0001x0', '000110'));
    assert.equal(again.refused, undefined);
    assert.deepEqual(
      values(again).map((value) => (value as SourceRecord['value']).quantity),
      ['1.10', '3.00'],
    );
  });
});

describe('lines around fixed width', () => {
  it('say how many there are, and that the payload is whole', async () => {
    const options = { fields: { sku: '1-3' }, header: '^HDR(\\d+)', footer: '^TRL(\\d+)' };
    const refused = async (text: string) => (await read(options, text)).refused;
    assert.equal(await refused('HDR2\nA\nB\nTRL2\n'), undefined);
    assert.equal((await refused('A\nB\nTRL2\n'))?.code, 'FIXED_HEADER');
    assert.match(
      (await refused('HDR3\nA\nB\nTRL2\n'))?.message ?? '',
      /states '3'.*and 2 stand behind it/,
    );
    assert.match(
      (await refused('HDR2\nA\nB\nTRL3\n'))?.message ?? '',
      /states '3'.*and 2 stand before it/,
    );
    assert.equal((await refused('HDR2\nA\nB\n'))?.code, 'CSV_FOOTER');
  });

  it('are told where the options cannot hold', () => {
    const fault = (options: object, side: 'readOptions' | 'writeOptions' = 'readOptions') => {
      const said: string[] = [];
      fixed[side].read(options, [], ({ message }) => void said.push(message));
      return said.join();
    };
    assert.match(fault({}), /write either `fields`, or `kind` and `rows`/);
    assert.match(fault({ fields: { a: '5-2' } }), /'a' ends before it begins/);
    assert.match(fault({ fields: { a: 'x' } }), /not a place such as/);
    assert.match(
      fault({ fields: { a: { at: '5-', decimals: 2 } } }),
      /'a' is a number, and needs an end/,
    );
    assert.match(fault({ fields: { a: '1-5', b: '5-6' } }, 'writeOptions'), /'b' begins where/);
    const { lacksColumns } = codecWith(fixed, stock);
    assert.deepEqual(lacksColumns?.(['sku', 'document', 'qty']), ['qty']);
  });
});

describe('writing fixed width', () => {
  const fields = { sku: '1-5', quantity: { at: '6-12', decimals: 2 }, note: '15-18' };
  const written = (record: object): string =>
    Buffer.concat(
      writeRecords(codecWith(fixed, { fields }, { fields, eol: 'lf', trailer: ['T{count:3}'] }), [
        record as never,
      ]),
    ).toString();

  it('fills up, and never cuts', () => {
    assert.equal(written({ sku: 'A', quantity: '-1.5', note: 'ab' }), 'A    -000150  ab  \nT001\n');
    assert.equal(written({ sku: 'Größe', quantity: 12, note: null }), 'Größe0001200      \nT001\n');
    for (const [record, says] of [
      [{ sku: 'ABCDEF' }, /has 6 characters, and 5 have room/],
      [{ quantity: '100000.00' }, /has 8 characters, and 7 have room/],
      [{ quantity: '1.005' }, /3 digits behind the point, and 2/],
      [{ quantity: '1e5' }, /no decimal/],
      [{ sku: 'a\nb' }, /line break/],
    ] as const)
      assert.throws(() => written(record), says);
  });
});

describeSamples('fixed width samples', 'fixed_width', (folder) => {
  const sample = async (file: string, options: object) => {
    const result = await readAll(codecWith(fixed, options), readFileSync(join(folder, file)), 50);
    assert.equal(result.refused, undefined);
    return result;
  };

  describe('samples: fixed width', () => {
    it('beanio: fields filled up with zeros and letters', async () => {
      const options = {
        kind: '1-3',
        rows: [{ INT: { n: { at: '4-38', decimals: 0 } } }, { STR: { text: '4-7' } }],
        ignore: '^(CHA|STL)',
      };
      const result = await sample('beanio__f4_padding.txt', options);
      assert.deepEqual(faults(result), []);
      assert.deepEqual(values(result).at(-1), { n: '100010001000100010000', text: 'TXT' });
    });

    it('Fortras: a transport list of many kinds of lines, UTF-8, not filled up', async () => {
      const options = {
        kind: '1-3',
        rows: [
          { A00: { dispatch: '7-12', date: '13-20' } },
          { D00: { position: '7-9', first: { at: '10-18', decimals: 3 } } },
        ],
        header: '^@@PHBORD512',
        footer: '^Z00',
        ignore: '^(?:A10|B|C|D10|E|F|G|H|I|J)',
      };
      const result = await sample('fortras__example2.bord', options);
      assert.deepEqual(faults(result), []);
      assert.deepEqual(
        result.records.filter(({ passedOver }) => !passedOver).map(({ value }) => value),
        [{ dispatch: 'D12342', date: '0250626D', position: '001', first: '1000.000' }],
      );
    });

    it('omniparser: heads of 1405 columns, and pairs of references below them', async () => {
      const options = {
        kind: '1-4',
        rows: [
          { H001: { depot: '5-6', number: '25-39' } },
          { H002: { of: '5-23', qualifier: '24-27', reference: '28-' } },
        ],
      };
      const result = await sample('omniparser__2_multi_rows.input.txt', options);
      assert.deepEqual(faults(result), []);
      assert.ok(values(result).length > 3);
      assert.equal((values(result)[0] as SourceRecord['value']).number, '0689311345');
    });
  });
});

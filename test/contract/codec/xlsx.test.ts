/** Excel workbooks: what cells say, what is refused, and what real ones hold. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { xlsx } from '../../../core/codecs/xlsx.ts';
import { limits } from '../../../core/limits.ts';
import type { RecordValue, TypedFacts } from '../../../core/ports.ts';
import { runs, seed } from '../../runs.ts';
import { describeSamples } from '../../samples.ts';
import { chunksOf, codecWith, faults, readAll, values } from './readAll.ts';
import { zipOf } from './zipOf.ts';

const written = async (
  rows: readonly RecordValue[],
  options: object = {},
  facts: TypedFacts = {},
): Promise<Buffer> => {
  const parts = codecWith(xlsx, {}, options).payload!([rows], [], facts);
  return Buffer.concat(await Array.fromAsync(parts));
};

interface Made {
  sheet: string;
  shared?: string;
  styles?: string;
  date1904?: boolean;
  doctype?: string;
}

/** A workbook as Excel writes it: two sheets, the first hidden. */
function workbook({
  sheet,
  shared = '',
  styles = '',
  date1904 = false,
  doctype = '',
}: Made): Buffer {
  const rel = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`;
  return zipOf({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': `<Relationships>${rel('a', 'officeDocument', '/xl/workbook.xml')}</Relationships>`,
    'xl/workbook.xml': `<x:workbook xmlns:x="m"><x:workbookPr date1904="${Number(date1904)}"/><x:sheets><x:sheet name="old" state="hidden" r:id="r1"/><x:sheet name="Data &gt; 1" r:id="r2"/></x:sheets></x:workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${rel('r1', 'worksheet', 'worksheets/a.xml')}${rel('r2', 'worksheet', 'worksheets/b.xml')}${rel('s', 'sharedStrings', 'sharedStrings.xml')}${rel('t', 'styles', 'styles.xml')}</Relationships>`,
    'xl/worksheets/a.xml': '<worksheet><sheetData/></worksheet>',
    'xl/worksheets/b.xml': `<?xml version="1.0"?>${doctype}<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    'xl/sharedStrings.xml': `<sst>${shared}</sst>`,
    'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="00000"/><numFmt numFmtId="171" formatCode="dd\\.mm\\.yyyy;@"/><numFmt numFmtId="172" formatCode="#,##0 &quot;Std&quot;"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="46"/><xf numFmtId="172"/>${styles}</cellXfs></styleSheet>`,
  });
}

const rows = (...cells: string[][]): string =>
  cells.map((row, index) => `<row r="${index + 1}">${row.join('')}</row>`).join('');
const text = (said: string): string => `<c t="inlineStr"><is><t>${said}</t></is></c>`;
const number = (value: string, style = 0): string => `<c s="${style}"><v>${value}</v></c>`;

/** What a cell says, in the only column of the only row. */
async function said(cell: string, more: Partial<Made> = {}): Promise<unknown> {
  const bytes = workbook({ sheet: rows([text('k')], [cell]), ...more });
  const { records, refused } = await readAll(codecWith(xlsx), bytes);
  return refused?.code ?? records[0]?.fault?.code ?? records[0]?.value.k;
}

describe('cells of a workbook', () => {
  const cells: [cell: string, says: string][] = [
    [number('0001'), '0001'],
    [number('12345678901234567890'), '12345678901234567890'],
    [number('19.989999999999998'), '19.99'],
    [number('0.30000000000000004'), '0.3'],
    [number('999999999999999.96'), '1000000000000000'],
    [number('1.5E-7'), '0.00000015'],
    [number('-1.2E+3'), '-1200'],
    [number('-0.0'), '0'],
    [number('42', 2), '00042'],
    [number('8', 5), '8'],
    [number('46112', 1), '2026-03-31'],
    [number('46112.354166666664', 3), '2026-03-31T08:30:00'],
    [number('59', 1), '1900-02-28'],
    [number('61', 1), '1900-03-01'],
    [number('60', 1), 'XLSX_BAD_CELL'],
    [number('-3', 1), 'XLSX_BAD_CELL'],
    [number('0.25', 1), '06:00:00'],
    [number('1.25', 4), '30:00:00'],
    [number('a1'), 'XLSX_BAD_CELL'],
    ['<c t="b"><v>1</v></c>', 'true'],
    ['<c t="e"><v>#N/A</v></c>', 'XLSX_BAD_CELL'],
    ['<c t="d"><v>2026-03-31T00:00:00</v></c>', '2026-03-31T00:00:00'],
    ['<c t="str"><f>A&amp;B</f><v>ab</v></c>', 'ab'],
    ['<c><f>1+1</f></c>', 'XLSX_BAD_CELL'],
    [text('a &lt; b &#x26; &#10;_x0041__x005F_x0042_'), 'a < b & \nA_x0042_'],
    [
      '<c t="inlineStr"><is><r><t>Größ</t></r><r><t xml:space="preserve">e </t></r><rPh><t>no</t></rPh></is></c>',
      'Größe ',
    ],
    ['<c t="s"><v>1</v></c>', 'second'],
    ['<c t="s"><v>7</v></c>', 'XLSX_BROKEN'],
  ];
  for (const [cell, says] of cells)
    it(`${cell} is ${JSON.stringify(says)}`, async () => {
      const shared = '<si><t>first</t></si><si><r><t>sec</t></r><r><t>ond</t></r></si>';
      assert.equal(await said(cell, { shared }), says);
    });

  it('are of 1904 where the workbook says so', async () => {
    assert.equal(await said(number('0', 1), { date1904: true }), '1904-01-01');
    assert.equal(await said(number('44650', 1), { date1904: true }), '2026-03-31');
  });
});

describe('xlsx codec', () => {
  const sheet = rows(
    [text('A title')],
    [],
    [text(' sku '), '<c r="C3" t="inlineStr"><is><t>qty</t></is></c>'],
    [text('A'), text('a note that nobody reads'), number('1')],
    ['<c/>'],
    ['<c r="C6" t="e"><v>#REF!</v></c>'],
    ['<c r="A7"><v>7</v></c>'],
  );

  it('gives records with the row they stand in, of the sheet and the columns that are asked for', async () => {
    const passed: string[] = [];
    const codec = codecWith(xlsx, { header: 3 });
    const all = [];
    const context = { name: 'x.xlsx', passedOver: (name: string) => passed.push(name) };
    for (const size of [17, 100_000]) {
      all.length = 0;
      for await (const batch of codec.read(chunksOf(workbook({ sheet }), size), context))
        all.push(...batch);
      assert.deepEqual(
        all.map(({ record, line, value, fault }) => [record, line, value, fault?.at?.field]),
        [
          [1, 4, { sku: 'A', qty: '1' }, undefined],
          [2, 6, { sku: '', qty: '#REF!' }, 'qty'],
          [3, 7, { sku: '7', qty: '' }, undefined],
        ],
      );
    }
    const onlySku = await readAll(codec.requireColumns!(['sku']), workbook({ sheet }));
    assert.deepEqual(faults(onlySku), []);
    const named = codecWith(xlsx, { columns: ['a', 'b', 'c'], sheet: 'Data > 1' });
    assert.equal(values(await readAll(named, workbook({ sheet }))).length, 4);
  });

  it('keeps what the rows above the header say, for each record and for what is rejected', async () => {
    const titled = rows(
      [text('Stock list')],
      [text('As of'), number('46112', 1)],
      [text('sku'), text('qty')],
      [text('A'), number('1')],
      [text('B'), number('2')],
    );
    const read = { header: 3, envelope: { day: '^As of (.+)', title: '^(Stock.*)', no: '(x)' } };
    const codec = codecWith(xlsx, read).requireColumns!(['sku', '#envelope']);
    const reading = codec.read(chunksOf(workbook({ sheet: titled }), 1_000), { name: 'x.xlsx' });
    const all = (await Array.fromAsync(reading)).flat();
    const around = { '#envelope': { day: '2026-03-31', title: 'Stock list' } };
    assert.deepEqual(
      all.map(({ value }) => value),
      [
        { sku: 'A', qty: '1', ...around },
        { sku: 'B', qty: '2', ...around },
      ],
    );
    const format = reading.rejects();
    const parts = [await format.write([{ record: all[1]!, fault: undefined }]), await format.end()];
    assert.deepEqual(values(await readAll(codec, Buffer.concat(parts))), [all[1]!.value]);
    const said: string[] = [];
    xlsx.readOptions.read({ envelope: read.envelope }, [], ({ message }) => said.push(message));
    assert.match(said[0]!, /there are none/);
  });

  it('refuses what it cannot read, with what is there', async () => {
    const refused = async (
      bytes: Uint8Array | string,
      options: object = {},
      needs: string[] = [],
    ) => {
      const { refused: why } = await readAll(
        codecWith(xlsx, options).requireColumns!(needs),
        bytes,
      );
      return `${why?.code} ${why?.message}`;
    };
    assert.match(await refused(''), /^PAYLOAD_EMPTY/);
    assert.match(await refused('sku;qty\n1;2\n'), /^PACKED_BROKEN this is no ZIP/);
    assert.match(
      await refused(zipOf({ 'a.txt': 'x' })),
      /^XLSX_BROKEN the archive is no Excel workbook/,
    );
    assert.match(
      await refused(workbook({ sheet }), { sheet: 'none' }),
      /^XLSX_NO_SHEET .*none; the workbook has 'Data > 1'/,
    );
    assert.match(
      await refused(workbook({ sheet: '' })),
      /^PAYLOAD_EMPTY the sheet 'Data > 1' is empty/,
    );
    assert.match(
      await refused(workbook({ sheet }), { header: 3 }, ['price']),
      /^CSV_MISSING_COLUMN .*'price'.* there are 'sku', 'qty'/,
    );
    const twice = rows([text('a'), text('a')]);
    assert.match(
      await refused(workbook({ sheet: twice })),
      /^CSV_BAD_HEADER two columns are called 'a'/,
    );
    assert.match(
      await refused(workbook({ sheet, doctype: '<!DOCTYPE x [<!ENTITY a "b">]>' })),
      /^XLSX_BROKEN.*document type/,
    );
    const far = workbook({ sheet: '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1"></row>' });
    assert.match(await refused(far), /^XLSX_BROKEN row 1 stands behind row 1/);
  });

  it('refuses bombs of every kind', async () => {
    const many = text('x'.repeat(1_000)).repeat(20);
    const bomb = workbook({
      sheet: rows([text('k')], ...Array.from({ length: 2_000 }, () => [many])),
    });
    assert.ok(bomb.length < 400_000);
    assert.equal((await readAll(codecWith(xlsx), bomb)).refused?.code, 'PACKED_TOO_LARGE');
    const wide = workbook({
      sheet: `<row r="1"><c><v>${'1'.repeat(limits.recordBytes + 10)}</v></c></row>`,
    });
    assert.equal((await readAll(codecWith(xlsx), wide)).refused?.code, 'XLSX_BROKEN');
  });

  it('reads again what it wrote, and what it rejected', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => one.isWellFormed());
    const row = fc
      .record({ sku: cell.map((one) => `x${one}`), __note: cell })
      .map((one) => ({ ...one }));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (some) => {
        const read = await readAll(codecWith(xlsx), await written(some), 100);
        assert.deepEqual(values(read), some);
      }),
      { numRuns: runs(1, 100), seed },
    );
    const reading = codecWith(xlsx).read(
      chunksOf(await written([{ a: '1' }, { a: '=1+1' }]), 100),
      {
        name: 'x',
      },
    );
    const parts: Uint8Array[] = [];
    for await (const records of reading) {
      const format = reading.rejects();
      parts.push(
        await format.write(records.map((record) => ({ record, fault: undefined }))),
        await format.end(),
      );
    }
    const again = await readAll(codecWith(xlsx), Buffer.concat(parts));
    assert.deepEqual(values(again), [{ a: '1' }, { a: '=1+1' }]);
  });

  it('writes many rows one by one, as rejects are', async () => {
    const reading = codecWith(xlsx).read(chunksOf(await written([{ a: '1' }]), 100), { name: 'x' });
    for await (const _ of reading);
    const format = reading.rejects();
    const parts: Uint8Array[] = [];
    for (let row = 0; row < 150_000; row += 1) {
      const record = { record: row, value: { a: `${row * 7_919}` } };
      parts.push(await format.write([{ record, fault: undefined }]));
    }
    const file = Buffer.concat([...parts, await format.end()]);
    assert.ok(file.byteLength < 2_000_000, `${file.byteLength} bytes`);
    assert.equal((await readAll(codecWith(xlsx), file)).records.length, 150_000);
  });

  it('writes numbers where it is told to, and never loses a digit', async () => {
    const sheetOf = (cells: RecordValue): Promise<Buffer> => written([cells], { numbers: ['n'] });
    for (const [n, kept] of [
      ['12.500000', '12.5'],
      ['12345678901234.123456', '12345678901234.123456'],
      ['00012', '00012'],
      ['-7', '-7'],
      ['=1', '=1'],
    ])
      assert.deepEqual(values(await readAll(codecWith(xlsx), await sheetOf({ n }))), [{ n: kept }]);
  });

  it('writes days, times and decimals as what they are, where that is known, and else as text', async () => {
    const kinds = { n: 'decimal', day: 'day', at: 'instant' } as const;
    const row = (n: string, day: string, at: string): RecordValue => ({ n, day, at, sku: '00123' });
    const some = [
      row('12.500', '2026-03-31', '2026-03-31T08:30:00.250Z'),
      row('1e3', '1850-01-01', '2026-03-31T08:30:00+02:00'),
    ];
    const file = await written(some, {}, { kinds });
    const { records } = await readAll(codecWith(xlsx), file);
    assert.deepEqual(
      records.map(({ value }) => value),
      [row('12.5', '2026-03-31', '2026-03-31T08:30:00.250'), some[1]],
    );
    const same = await written(some, { numbers: ['n'], dates: ['day', 'at'] });
    assert.deepEqual(same, file);
    const late = codecWith(xlsx, {}, {}).payload!([[{ a: '1' }], [{ a: '2', late: '3' }]]);
    await assert.rejects(Array.fromAsync(late), { code: 'CSV_BAD_HEADER' });
  });

  it('takes damaged bytes for nothing else', async () => {
    const some = Array.from({ length: 30 }, (_, n) => ({ a: `${n * 7919}`, b: 'x'.repeat(n % 5) }));
    const bytes = await written(some);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = damaged[at]! ^ by;
        const result = await readAll(codecWith(xlsx), damaged);
        if (result.refused) assert.match(result.refused.code, /^(PACKED|XLSX|PAYLOAD|CSV)_/);
        else assert.deepEqual(values(result), some);
      }),
      { numRuns: runs(1, 150), seed },
    );
  });
});

describeSamples('Excel samples', 'xlsx', (folder) => {
  const sample = async (file: string, options: object = {}) =>
    readAll(codecWith(xlsx, options), readFileSync(join(folder, file)), 1_000);
  const first = async (file: string, options: object = {}) => values(await sample(file, options));

  describe('samples: Excel', () => {
    it('inventory table', async () => {
      const all = await first('calamine__inventory-table.xlsx');
      assert.equal(all.length, 4);
      assert.deepEqual(Object.keys(all[0] as object), ['Item', 'Type', 'Quantity']);
    });
    it('dates of 1904, and ISO dates', async () => {
      assert.deepEqual(
        (await sample('calamine__date_1904.xlsx', { columns: ['a'] })).refused,
        undefined,
      );
      assert.deepEqual(
        (await sample('calamine__date_iso.xlsx', { columns: ['a'] })).refused,
        undefined,
      );
    });
    it('numbers with leading zeros, as they stand', async () => {
      const all = await first('roo__number_with_zero_prefix.xlsx', { columns: ['a'] });
      assert.ok(all.some((one) => /^0\d+$/.test(String((one as RecordValue).a))));
    });
    it('text among dates, names that are twice, several sheets', async () => {
      assert.equal((await sample('readxl__texty-dates.xlsx')).refused, undefined);
      assert.equal(
        (await sample('readxl__unnamed-duplicated-columns.xlsx')).refused?.code,
        'CSV_BAD_HEADER',
      );
      assert.equal(
        (await sample('openboxes__excel-file-importer-spec.xlsx', { sheet: 2 })).refused,
        undefined,
      );
    });
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { csv } from '../../../core/codecs/csv.ts';
import { scanRow } from '../../../core/codecs/csvRow.ts';
import { limits } from '../../../core/limits.ts';
import { codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';

const read = (text: string | Uint8Array, options: object = {}) =>
  readAll(codecWith(csv, options), text);

describe('CSV: quotes', () => {
  it('costs one row when a quote never closes, and says where it was opened', async () => {
    const result = await read('a,b\n1,2\n3,"4\n5,6\n7,8\n');
    assert.deepEqual(values(result), [
      { a: '1', b: '2' },
      { a: '5', b: '6' },
      { a: '7', b: '8' },
    ]);
    assert.deepEqual(faults(result), ['2:3 CSV_OPEN_QUOTE']);
    assert.equal(result.records[1]?.raw, '3,"4');
    assert.deepEqual(
      result.records.map(({ line }) => line),
      [2, 3, 4, 5],
    );
  });

  it('does not let an open quote end at the quotes of a later row', async () => {
    const result = await read('a,b\n1,"2\n3,"4"\n"5",6\n');
    assert.deepEqual(values(result), [
      { a: '3', b: '4' },
      { a: '5', b: '6' },
    ]);
    assert.deepEqual(faults(result), ['1:2 CSV_OPEN_QUOTE']);
  });

  it('names the line of the quote when its row began on an earlier one', async () => {
    const result = await read('a,b\n"1\n1","2\n3,4\n');
    assert.deepEqual(faults(result), ['1:2 CSV_OPEN_QUOTE']);
    assert.equal(result.records[0]?.fault?.at?.line, 3);
    assert.equal(result.records[0]?.raw, '"1\n1","2');
    assert.deepEqual(values(result), [{ a: '3', b: '4' }]);
  });

  it('faults text behind a closing quote, and takes blanks there', async () => {
    const result = await read('a,b\n"12" pipe",1\n"x" ,"y"\t\n');
    assert.deepEqual(faults(result), ['1:2 CSV_BAD_QUOTE']);
    assert.deepEqual(values(result), [{ a: 'x', b: 'y' }]);
  });

  it('takes quotes inside of plain cells for text, and all of them where `quote: none`', async () => {
    assert.deepEqual(values(await read('a,b\n12" pipe,"1"\n')), [{ a: '12" pipe', b: '1' }]);
    const none = await read('a,b\n"12,1"\n', { quote: 'none' });
    assert.deepEqual(values(none), [{ a: '"12', b: '1"' }]);
    const single = await read("a,b\n'1,2','it''s \"so\"'\n", { quote: "'" });
    assert.deepEqual(values(single), [{ a: '1,2', b: 'it\'s "so"' }]);
  });

  it('keeps line breaks inside of quotes as they are, and counts lines past them', async () => {
    const result = await read('a,b\r\n"x\r\ny\nz",1\r\n2,3\r\n');
    assert.deepEqual(values(result), [
      { a: 'x\r\ny\nz', b: '1' },
      { a: '2', b: '3' },
    ]);
    assert.deepEqual(
      result.records.map(({ line }) => line),
      [2, 5],
    );
  });

  it('is linear in thousands of open quotes', async function () {
    this.timeout(20_000);
    const attacks = [
      'x,"open\n',
      '"\n',
      'x,"a""\n',
      '"x" "x" "x"      y,1\n',
      '""""\n"\n',
      'x,"\ny,a""b\n',
      '" " " " " "                                   ,\n',
    ];
    for (const line of attacks) {
      const times = [];
      for (const bytes of [500_000, 2_000_000]) {
        const text = `a,b\n${line.repeat(bytes / line.length)}`;
        const start = performance.now();
        const result = await read(text);
        times.push(performance.now() - start);
        const rows = text.split('\n').length - 2;
        assert.ok(result.records.length > rows / 3, `${JSON.stringify(line)} swallowed rows`);
      }
      const [small = 0, large = 0] = times;
      assert.ok(large < small * 4 * 3 + 500, `${JSON.stringify(line)}: ${small} ms, ${large} ms`);
    }
  });

  it('finds an open quote before a long stretch without quotes', async () => {
    const rows = 'x,y\n'.repeat(limits.recordBytes);
    const result = await read(`a,b\n1,"2\n${rows}`);
    assert.deepEqual(faults(result), ['1:2 CSV_OPEN_QUOTE']);
    assert.equal(result.records.length, limits.recordBytes + 1);
  });
});

describe('CSV: rows', () => {
  it('come out the same by the block and one by one, and account for every line', async () => {
    const text = fc
      .array(fc.constantFrom('a', '1', ',', '"', '\n', ' ', '""', '","', '\r\n', 'b,c\n', '\r'))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (body) => {
        const { records } = await read(`x,y\n${body}`, { delimiter: ',' });
        const expected: unknown[] = [];
        let line = 2;
        for (let at = 0; at < body.length; ) {
          const syntax = { delimiter: ',', quote: '"', eol: '\n' } as const;
          const row = scanRow(body, at, syntax, { final: true, chars: 1_000 });
          assert.ok(typeof row === 'object' && row.end > at);
          const ragged = row.cells.length === 2 ? undefined : 'CSV_RAGGED_ROW';
          const [x = '', y = ''] = row.cells;
          if (!row.blank) expected.push([line, row.fault?.code ?? ragged, x, y]);
          line += body.slice(at, row.end).split('\n').length - 1;
          at = row.end;
        }
        const got = records.map((record) => [
          record.line,
          record.fault?.code,
          record.value.x,
          record.value.y,
        ]);
        assert.deepEqual(got, expected);
      }),
      { numRuns: 2_000 },
    );
  });

  it('faults ragged rows with their line, and passes over blank ones', async () => {
    const result = await read('a,b\n\n1\n1,2,3\n   \n1,2\n,\n');
    assert.deepEqual(faults(result), ['1:3 CSV_RAGGED_ROW', '2:4 CSV_RAGGED_ROW']);
    assert.deepEqual(result.records[0]?.value, { a: '1', b: '' });
    assert.equal(result.records[1]?.raw, '1,2,3');
    assert.deepEqual(values(result), [
      { a: '1', b: '2' },
      { a: '', b: '' },
    ]);
  });

  it('tells quotes around nothing from a blank line', async () => {
    assert.deepEqual(values(await read('a\n\n""\n1\n" "\n')), [{ a: '' }, { a: '1' }, { a: ' ' }]);
    assert.deepEqual(faults(await read('a,b\n\n""\n')), ['1:3 CSV_RAGGED_ROW']);
  });

  it('faults ragged rows between quoted ones with their whole text', async () => {
    const result = await read('a,b\n"1","2"\n"1, x"\n"3","4"\n');
    assert.deepEqual(faults(result), ['2:3 CSV_RAGGED_ROW']);
    assert.equal(result.records[1]?.raw, '"1, x"');
  });

  it('reads LF, CRLF, CR and a last line without an end', async () => {
    for (const eol of ['\n', '\r\n', '\r']) {
      const result = await read(['a,b', '1,2', '"3",4', ''].join(eol));
      assert.deepEqual(values(result), [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ]);
      assert.equal(result.records[1]?.line, 3);
      assert.deepEqual(values(await read(['a,b', '1,"2"'].join(eol))), [{ a: '1', b: '2' }]);
    }
    assert.deepEqual(values(await read('a,b\n1,x\ry\n')), [{ a: '1', b: 'x\ry' }]);
    assert.deepEqual(values(await read('a,b\r\n1,"x\r"\r\n')), [{ a: '1', b: 'x\r' }]);
  });

  it('costs one record when a row is larger than its bound', async () => {
    const long = 'x'.repeat(limits.recordBytes + 10);
    const result = await read(`a,b\n1,2\n${long},${long}\n3,4\n`);
    assert.deepEqual(faults(result), ['2:3 PAYLOAD_TOO_LARGE']);
    assert.equal(result.records[2]?.line, 4);
    assert.ok((result.records[1]?.raw ?? '').length < limits.recordBytes);
  });

  it('keeps text exactly, and trims only where it is told to', async () => {
    assert.deepEqual(values(await read('a,b\n 00123 ,1e5\n')), [{ a: ' 00123 ', b: '1e5' }]);
    assert.deepEqual(values(await read('a,b\n 00123 ,"x "\n', { trim: true })), [
      { a: '00123', b: 'x' },
    ]);
  });
});

describe('CSV: header and delimiter', () => {
  it('detects the delimiter, also where decimal commas stand in cells', async () => {
    for (const [delimiter, row] of [
      [',', 'S1,12.5,x;y'],
      [';', 'S1;12,5;x,y'],
      ['\t', 'S1\t12,5\tx;y'],
      ['|', 'S1|12,5|x;y'],
    ] as const) {
      const header = ['sku', 'price', 'note'].join(delimiter);
      const [record] = values(await read(`${header}\n${row}\n${row}\n`)) as { sku: string }[];
      assert.equal(record?.sku, 'S1', delimiter);
    }
    assert.deepEqual(values(await read('sep=;\na,b;c\n1;2\n')), [{ 'a,b': '1', c: '2' }]);
    assert.deepEqual(values(await read('a\n1\n')), [{ a: '1' }]);
    assert.deepEqual(values(await read('a:b\n1:2\n', { delimiter: ':' })), [{ a: '1', b: '2' }]);
    assert.deepEqual(values(await read('a\tb\n1,0\t2\n', { delimiter: 'tab' })), [
      { a: '1,0', b: '2' },
    ]);
  });

  it('names columns from the header, from `columns`, or by position', async () => {
    const text = 'x,y\n1,2\n';
    assert.deepEqual(values(await read(text, { columns: ['a', 'b'] })), [
      { a: 'x', b: 'y' },
      { a: '1', b: '2' },
    ]);
    assert.deepEqual(values(await read(text, { columns: ['a', 'b'], header: true })), [
      { a: '1', b: '2' },
    ]);
    assert.deepEqual(values(await read(text, { header: false })), [
      { c1: 'x', c2: 'y' },
      { c1: '1', c2: '2' },
    ]);
    assert.deepEqual(values(await read('"The, ""report"\n\nx,y\n1,2\n', { skip: 2 })), [
      { x: '1', y: '2' },
    ]);
    assert.deepEqual(values(await read(' x , y\n1,2\n')), [{ x: '1', y: '2' }]);
  });

  it('refuses headers that do not name every column', async () => {
    for (const header of ['a,,b', 'a,b,a', 'a,b,', '"a,b']) {
      const { refused, records } = await read(`${header}\n1,2,3\n`);
      assert.equal(refused?.code, 'CSV_BAD_HEADER', header);
      assert.equal(refused.at?.line, 1);
      assert.equal(records.length, 0);
    }
    const blank = await read('\n\n');
    assert.equal(blank.refused?.code, 'PAYLOAD_EMPTY');
  });

  it('refuses a payload without a column that is required, and names the nearest one', async () => {
    const requiring = (names: string[], options: object, text: string) =>
      readAll(codecWith(csv, options).requireColumns!(names), text, 64 * 1024, 'in.csv');
    const lower = await requiring(['Item', 'Menge'], { skip: 1 }, 'Title\nItem;menge\nA;1\n');
    assert.deepEqual(lower, {
      records: [],
      refused: {
        code: 'CSV_MISSING_COLUMN',
        message: "there is no column 'Menge' (the nearest is 'menge'), which the flow reads",
        at: { file: 'in.csv', line: 2 },
        todo: 'have the sender restore the column; if the text was meant and no column, write it under `const:` in the map; if it may be missing, name it under `read: csv: optional: [Menge]`',
      },
    });
    const two = await requiring(['Stück', 'Menge'], {}, 'St?ck,Amount\n1,2\n');
    assert.equal(
      two.refused?.message,
      "there is no column 'Stück' (the nearest is 'St?ck'), no column 'Menge', which the flow reads; there are 'St?ck', 'Amount'",
    );
    const onlyHeader = await requiring(['Menge'], {}, 'Item\n');
    assert.equal(onlyHeader.refused?.code, 'CSV_MISSING_COLUMN');
    const optional = await requiring(['a', 'Menge'], { optional: ['Menge'] }, 'a,b\n1,2\n');
    assert.deepEqual(values(optional), [{ a: '1', b: '2' }]);
    const there = await requiring(['b'], {}, '\ufeffb , a\n1,2\n');
    assert.deepEqual(values(there), [{ b: '1', a: '2' }]);
  });

  it('holds names that the flow itself gives against what it reads too', async () => {
    const requiring = (names: string[], options: object) =>
      readAll(codecWith(csv, options).requireColumns!(names), '1,2\n');
    const listed = await requiring(['Qty'], { columns: ['sku', 'qty'] });
    assert.equal(
      listed.refused?.todo,
      'add it to `read: csv: columns`; if the text was meant and no column, write it under `const:` in the map; if it may be missing, name it under `read: csv: optional: [Qty]`',
    );
    assert.equal((await requiring(['c3'], { header: false })).refused?.code, 'CSV_MISSING_COLUMN');
    assert.equal((await requiring(['c2'], { header: false })).refused, undefined);
  });

  it('has a column called __proto__ as a field like any other', async () => {
    const { records } = await read('__proto__,constructor,a\n1,2,3\n');
    const value = records[0]!.value;
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'a']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    const wide = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const header = ['__proto__', ...wide].join(',');
    const { records: many } = await read(`${header}\n${header}\n`);
    assert.equal(Object.keys(many[0]!.value).length, 301);
    assert.equal(Object.getPrototypeOf(many[0]!.value), Object.prototype);
  });

  it('never runs what stands in a header', async () => {
    const header = '"""]: cells[0] }; throw new Error(1); ({ [""",b\\,"c`\u2028"';
    const { records } = await read(`${header}\n1,2,3\n`);
    assert.deepEqual(Object.values(records[0]!.value), ['1', '2', '3']);
  });
});

describe('CSV: writing', () => {
  const write = (rows: Record<string, unknown>[], options?: object): string => {
    const writer = codecWith(csv, {}, options).writer();
    return writer.begin() + writer.write(rows) + writer.end();
  };

  it('quotes what needs it, as RFC 4180 says', () => {
    const row = { a: 'x,y', b: 'say "hi"', c: 'two\nlines', d: null, e: 1.5, f: true, g: ' x' };
    assert.equal(
      write([row], {}),
      'a,b,c,d,e,f,g\r\n"x,y","say ""hi""","two\nlines",,1.5,true," x"\r\n',
    );
    assert.equal(write([{ a: '1', b: 2 }], { quoting: 'all', eol: 'lf' }), '"a","b"\n"1","2"\n');
  });

  it('writes the columns that are listed, in their order, or those of the first batch', () => {
    const rows = [{ b: '1' }, { a: '2', b: '3' }];
    assert.equal(write(rows, { columns: ['a', 'c'], delimiter: ';' }), 'a;c\r\n;\r\n2;\r\n');
    assert.equal(write(rows, { header: false }), '1,\r\n3,2\r\n');
    assert.equal(write([], { columns: ['a'], bom: true }), '\ufeffa\r\n');
    const writer = codecWith(csv, {}, {}).writer();
    writer.write([{ a: 1 }]);
    assert.throws(() => writer.write([{ a: 1, z: 2 }]), /'z' shows up after the header/);
  });

  it('neutralises formulas and leaves numbers', () => {
    const risky = ['=1+1', '+cmd', '@SUM(1)', '-2+3', ' =x', '\tx', '-ABC'];
    for (const text of risky) {
      assert.ok(write([{ a: text }], { quoting: 'all' }).includes(`"'${text}"`), text);
      assert.ok(!write([{ a: text }], { formulas: 'keep' }).includes("'"), text);
    }
    for (const text of ['-12.5', '+3', '-1.234,56', '-.5', '1E-5', '-1e9', 'a=b', "'x"]) {
      assert.equal(write([{ a: text }], { quoting: 'all' }), `"a"\r\n"${text}"\r\n`);
    }
    assert.equal(write([{ a: -5 }], {}), 'a\r\n-5\r\n');
  });

  it('gives rejected rows back in the form of their payload', () => {
    const writer = codecWith(csv, { delimiter: ';' }).writer();
    const text =
      writer.begin() + writer.write([{ a: '=x', b: '1;2' }]) + writer.write([{ a: '1', z: '2' }]);
    assert.equal(text, 'a;b\r\n=x;"1;2"\r\n1;\r\n');
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { csv } from '../../../core/codecs/csv.ts';
import { scanRow } from '../../../core/codecs/csvRow.ts';
import { writeRecords } from '../../../core/deliver/writeRecords.ts';
import type { StockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { WriterFacts } from '../../../core/ports.ts';
import { factsOfReport } from '../../../core/reports/factsOfReport.ts';
import { chunksOf, codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';

const read = (text: string | Uint8Array, options: object = {}) =>
  readAll(codecWith(csv, options), text);

/** How many characters of the text are looked at while all its rows are scanned. */
function charactersLookedAt(text: string): number {
  let looked = 0;
  const counted = {
    length: text.length,
    charCodeAt(at: number): number {
      looked += 1;
      return text.charCodeAt(at);
    },
    indexOf(mark: string, from: number): number {
      const found = text.indexOf(mark, from);
      looked += (found === -1 ? text.length : found + mark.length) - from;
      return found;
    },
    slice(from: number, to?: number): string {
      looked += (to ?? text.length) - from;
      return text.slice(from, to);
    },
  } as unknown as string;
  const syntax = { delimiter: ',', quote: '"', eol: '\n' } as const;
  for (let at = 0; at < text.length; ) {
    const row = scanRow(counted, at, syntax, { final: true, chars: limits.recordBytes });
    assert.ok(typeof row === 'object');
    at = row.end;
  }
  return looked;
}

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

  it('looks at each character a few times at most, whatever quotes are open', async () => {
    const attacks = [
      'x,"open\n',
      '"\n',
      'x,"a""\n',
      '"x" "x" "x"      y,1\n',
      '""""\n"\n',
      'x,"\ny,a""b\n',
      '" " " " " "                                   ,\n',
      '\r\r\r\r\r\r\r\rx,1\n',
    ];
    for (const line of attacks) {
      const looked = [];
      for (const chars of [20_000, 80_000]) {
        const text = line.repeat(Math.ceil(chars / line.length));
        looked.push(charactersLookedAt(text) / text.length);
      }
      const [small = 0, large = 0] = looked;
      assert.ok(large < small * 1.5 + 1, `${JSON.stringify(line)}: ${small}, then ${large} times`);
      const result = await read(`a,b\n${line.repeat(2_000)}`);
      const rows = line.split('\n').length - 1;
      assert.ok(result.records.length >= 2_000 * rows * 0.5, `${JSON.stringify(line)} lost rows`);
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
          const fault = row.fault?.code ?? ragged;
          // A bad row has the cells that are there, and no empty ones.
          const [left, right] = fault ? [x || undefined, y || undefined] : [x, y];
          if (!row.blank) expected.push([line, fault, left, right]);
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
    assert.deepEqual(result.records[0]?.value, { a: '1' });
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

describe('CSV: line ends and byte order marks', () => {
  const rows = [
    { sku: 'CUP', qty: '5' },
    { sku: 'MUG', qty: '7' },
  ];

  it('takes any run of carriage returns before a line feed for one line end', async () => {
    for (const eol of ['\r\n', '\r\r\n', '\r\r\r\n']) {
      for (const quote of ['', '"']) {
        const line = (...cells: string[]) => cells.map((c) => quote + c + quote).join(',') + eol;
        const body = line('CUP', '5') + line('MUG', '7');
        const told = JSON.stringify([eol, quote]);
        assert.deepEqual(values(await read(line('sku', 'qty') + body)), rows, told);
        const named = { columns: ['sku', 'qty'] };
        assert.deepEqual(values(await read(body, named)), rows, told);
        assert.deepEqual(values(await read(body.trimEnd(), named)), rows, told);
        for (const size of [1, 2, 3, 5]) {
          const cut = await readAll(codecWith(csv, named), body, size);
          assert.deepEqual(values(cut), rows, `${told} in chunks of ${size}`);
        }
        const raw = await read(`${line('sku', 'qty')}1,2,3${eol}`);
        assert.equal(raw.records[0]?.raw, '1,2,3');
      }
    }
    assert.deepEqual(values(await read('sku,qty\r\r\nCUP,5\nMUG,7\r\n')), rows);
    assert.deepEqual(values(await read('sku,qty\nCUP,5\r\nMUG,7\r')), rows);
  });

  it('keeps line breaks of any kind inside of quotes', async () => {
    for (const eol of ['\n', '\r\n', '\r\r\n', '\r'])
      for (const inside of ['\n', '\n\n', 'z\r\n', '\r', '\r\n', '\r\r\n', '\ufeff']) {
        const { records } = await read(
          `a,b${eol}1,"x${inside}y"${eol}"${inside}","${inside}"${eol}`,
        );
        assert.deepEqual(
          records.map(({ value }) => value),
          [
            { a: '1', b: `x${inside}y` },
            { a: inside, b: inside },
          ],
          JSON.stringify([eol, inside]),
        );
      }
  });

  it('faults what ends no line and stands outside of quotes', async () => {
    for (const [text, options] of [
      ['a,b\n1,x\ry\n2,z\n', {}],
      ['a,b\r1,x\ny\r2,z\r', {}],
      ['1\r2\n2\n', { columns: ['b'] }],
      ['a,b\n1,\ufeffx\n2,z\n', {}],
      ['a,b\n1,x\ufeff\n2,z\n', {}],
      ['a,b\r\n1\r,x\r\n2,z\r\n', {}],
    ] as const) {
      const result = await read(text, { delimiter: ',', ...options });
      const codes = result.records.map(({ fault }) => fault?.code);
      assert.ok(
        codes.includes('CSV_STRAY_CHARACTER') || result.refused !== undefined,
        JSON.stringify([text, codes]),
      );
    }
    assert.equal((await read('a,x\ry\n1,2\n')).refused?.code, 'CSV_BAD_HEADER');
  });

  it('ends lines with LF where one stands outside of quotes, whatever CR comes before it', async () => {
    const columns = { columns: ['a', 'b'], delimiter: ';' };
    for (const size of [1, 2, 3, 64]) {
      const told = `in chunks of ${size}`;
      // A record for each line: its sender finds which one is damaged.
      const cut = await readAll(codecWith(csv, columns), '\r\0\n"=""A""";"=""A"""', size);
      assert.deepEqual(faults(cut), ['1:1 CSV_STRAY_CHARACTER'], told);
      assert.deepEqual(values(cut).at(-1), { a: 'A', b: 'A' }, told);
      // The LF of a cell ends no line.
      const mac = await readAll(codecWith(csv, columns), 'x;1\r"\n";2\r', size);
      const inCells = [
        { a: 'x', b: '1' },
        { a: '\n', b: '2' },
      ];
      assert.deepEqual(values(mac), inCells, told);
    }
    const long = `1;2\r${'x'.repeat(70_000)};3\r`;
    assert.deepEqual(faults(await read(`${long}4;5\n`, columns)), ['3:3 CSV_STRAY_CHARACTER']);
  });

  it('reads a header with a stray quote where CR ends lines', async () => {
    for (const end of ['', '\r']) {
      const result = await read(`siz"e,qty\rA,1\rB,2${end}`);
      assert.deepEqual(values(result), [
        { 'siz"e': 'A', qty: '1' },
        { 'siz"e': 'B', qty: '2' },
      ]);
    }
  });

  it('passes over the mark and the header of exports that were joined', async () => {
    const one = '\ufeffsku,qty\r\nCUP,5\r\n';
    const two = '\ufeffsku,qty\r\nMUG,7\r\n';
    assert.deepEqual(values(await read(one + two)), rows);
    assert.deepEqual(values(await read(`\ufeff${one}`)), rows.slice(0, 1));
    assert.deepEqual(values(await read('\ufeffsku,qty\n\ufeffsku,qty\n')), []);
    const bare = { columns: ['sku', 'qty'] };
    assert.deepEqual(values(await read('\ufeffCUP,5\n\ufeffMUG,7\n', bare)), rows);
    assert.deepEqual(values(await read('\ufeff"CUP","5"\n\ufeff"MUG","7"\n', bare)), rows);
    for (const end of ['', '\ufeffsku,qty\nCUP,9\n', '"x,y",1\n']) {
      const { records } = await read(`sku,qty\nCUP,5\nsku,qty\nMUG,7\n${end}`);
      const given = records.filter(({ passedOver }) => passedOver !== true);
      assert.deepEqual(
        given.slice(0, 2).map(({ value }) => value),
        rows,
        end,
      );
      assert.equal(
        records
          .filter(({ passedOver }) => passedOver)
          .map(({ line }) => line)
          .join(),
        '3',
      );
    }
    assert.deepEqual(values(await read('sku\nsku\n')), [{ sku: 'sku' }]);
    const other = await read(`${one}\ufeffqty,sku\r\n7,MUG\r\n`);
    assert.deepEqual(values(other), rows.slice(0, 1));
    assert.equal(other.refused?.code, 'CSV_BAD_HEADER');
    assert.equal(other.refused.at?.line, 3);
  });
});

describe('CSV: what exports add', () => {
  it('reads ="00123" as the text that it means', async () => {
    for (const cell of ['="00123"', '"=""00123"""']) {
      assert.deepEqual(values(await read(`sep=;\na;b\n${cell};x\n`)), [{ a: '00123', b: 'x' }]);
    }
    const text = 'a,b\n="say ""hi""",="1"2"\n=1+1,"=""a,b"""\n';
    assert.deepEqual(values(await read(text)), [
      { a: 'say "hi"', b: '="1"2"' },
      { a: '=1+1', b: 'a,b' },
    ]);
    assert.deepEqual(values(await read('="a",b\n1,2\n')), [{ a: '1', b: '2' }]);
    assert.deepEqual(values(await read('a,b\n="1",2\n', { quote: "'" })), [{ a: '="1"', b: '2' }]);
    assert.deepEqual(values(await read('a,b\n ="01" ,2\n', { trim: true })), [{ a: '01', b: '2' }]);
  });

  it('follows sep= in any of its forms, and refuses one that contradicts the flow', async () => {
    for (const line of ['sep=;\n', '"sep=;"\r\n', 'SEP=;\r\r\n', '\ufeffsep=;\n']) {
      assert.deepEqual(values(await read(`${line}a;b,c\n1;2\n`)), [{ a: '1', 'b,c': '2' }], line);
    }
    assert.deepEqual(values(await read('sep=\t\na\tb\n1\t2\n')), [{ a: '1', b: '2' }]);
    const same = await read('sep=;\na;b\n1;2\n', { delimiter: ';' });
    assert.deepEqual(values(same), [{ a: '1', b: '2' }]);
    const { refused } = await read('sep=;\na,b\n1,2\n', { delimiter: ',' });
    assert.equal(refused?.code, 'CSV_BAD_HEADER');
    assert.match(refused.message, /says sep=;, and the flow states the delimiter ','/);
    assert.equal((await read('sep=;\n')).refused?.code, 'PAYLOAD_EMPTY');
  });

  it('passes over columns without a name that all rows leave empty, or leave out', async () => {
    const expected = [{ a: '1', b: '2' }];
    for (const text of ['a;b;\n1;2;\n', 'a;b;;;\n1;2;;;\n', 'a;b;\n1;2\n', 'a;b; \n1;2; \n']) {
      assert.deepEqual(values(await read(text)), expected, text);
      const listed = { columns: ['a', 'b'], header: true, delimiter: ';' };
      assert.deepEqual(values(await read(text, listed)), expected, text);
    }
    assert.deepEqual(faults(await read('a;b;\n1;2;\n1;2\n')), ['2:3 CSV_RAGGED_ROW']);
    assert.deepEqual(faults(await read('a;b;\n1;2;\n1;2;3\n')), ['2:3 CSV_RAGGED_ROW']);
    assert.deepEqual(faults(await read('a;b;\n1;2\n1;2;\n')), ['2:3 CSV_RAGGED_ROW']);
    assert.equal((await read('a;b;\n1;2;3\n')).refused?.code, 'CSV_BAD_HEADER');
    assert.equal((await read('Title;;;\na;b;c;d\n')).refused?.code, 'CSV_BAD_HEADER');
    const rows = await read('a;b\n1;2;\n');
    assert.deepEqual(faults(rows), ['1:2 CSV_RAGGED_ROW']);
    assert.match(rows.records[0]?.fault?.todo ?? '', /end the header in as many delimiters too/);
    assert.deepEqual(await read('a;b;\n'), { records: [] });
  });

  it('passes over footers by number or by pattern, and counts them', async () => {
    const text = 'a;b\n1;2\n3;4\nSumme;6\n\n2 rows "exported\n';
    const told = ({ records }: Awaited<ReturnType<typeof read>>) =>
      records.map(({ record, value, fault, passedOver }) => [
        record,
        passedOver ? 'passed over' : (fault?.code ?? value),
      ]);
    const good = [
      [1, { a: '1', b: '2' }],
      [2, { a: '3', b: '4' }],
    ];
    const passed = [
      [3, 'passed over'],
      [4, 'passed over'],
    ];
    const expected = [...good, ...passed];
    assert.deepEqual(told(await read(text, { skipEnd: 2 })), expected);
    assert.deepEqual(told(await read(text, { ignore: '^Summe|rows' })), expected);
    assert.deepEqual(told(await read('a;b\n1;2\n', { skipEnd: 2 })), [[1, 'passed over']]);
    assert.deepEqual(told(await read('# by X\n\na;b\n1;2\n3;4\n', { ignore: '^#' })), good);
    assert.deepEqual(told(await read('a;b\n"Summe;1";2\n', { ignore: '^Summe' })), [
      [1, { a: 'Summe;1', b: '2' }],
    ]);
    const torn = Buffer.from(`a;b\n1;2\n3;4\n\xff`, 'latin1');
    const broken = await read(torn, { skipEnd: 2 });
    assert.deepEqual(told(broken), good);
    assert.equal(broken.refused?.code, 'TEXT_BAD_ENCODING');
    const many = `a;b\n${'1;2\n'.repeat(3_000)}Summe;3000\n`;
    const { records } = await read(many, { skipEnd: 1 });
    assert.equal(records.filter(({ passedOver }) => !passedOver).length, 3_000);
  });

  it('runs `ignore` in linear time, and refuses what cannot be', async () => {
    const rows = `a\n${'x'.repeat(30_000)}!\n`;
    const start = performance.now();
    assert.equal(values(await read(rows, { ignore: '^(x+)+$' })).length, 1);
    assert.ok(performance.now() - start < 5_000);
    for (const ignore of ['(?=a)', '(a)\\1', '(']) {
      const told: string[] = [];
      csv.readOptions.read({ ignore }, [], ({ message }) => told.push(message));
      assert.match(told.join(), /^the pattern cannot be used/, ignore);
    }
  });
});

describe('CSV: bad rows', () => {
  it('hold the cells that are there, so that they cost what they are', async () => {
    const wide = Array.from({ length: 4_000 }, (_, index) => `column_number_${index}`).join(',');
    const result = await read(`${wide}\n${'1\n'.repeat(32_000)}`);
    assert.equal(result.records.length, 32_000);
    const kept = JSON.stringify(result.records.map(({ value, raw }) => [value, raw]));
    assert.ok(kept.length < 2_000_000, `${kept.length} characters are kept of 64,000`);
    const [commas] = (await read(`${wide}\n${','.repeat(3_000)}\n`)).records;
    assert.deepEqual(commas?.value, {});
    const [more] = (await read('a,b\n1,,3\n')).records;
    assert.deepEqual(more?.value, { a: '1' });
    assert.equal(more.raw, '1,,3');
  });

  it('come in batches that are small in number and in size', async () => {
    const row = `${'x'.repeat(10_000)}\n`;
    const sizes: number[] = [];
    const text = `a,b\n${row.repeat(200)}${'1\n'.repeat(3_000)}`;
    const codec = codecWith(csv, { delimiter: ',' });
    for await (const batch of codec.read(chunksOf(Buffer.from(text), 1 << 20), { name: 'x' })) {
      const chars = batch.reduce((sum, { raw }) => sum + (raw?.length ?? 0), 0);
      assert.ok(batch.length <= limits.batchRecords && chars <= limits.batchBytes + 10_000);
      sizes.push(batch.length);
    }
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      3_200,
    );
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

  const requiring = (names: string[], options: object, text: string, chunk?: number) =>
    readAll(codecWith(csv, options).requireColumns!(names), text, chunk, 'in.csv');

  it('takes the delimiter under which the header has the columns that the flow reads', async () => {
    const torn = 'sku;note|a|b;qty\nS1;x|y|z;5\nS2;x|y|z\nS3\n';
    assert.deepEqual(values(await requiring(['sku', 'qty'], {}, torn)), [
      { sku: 'S1', 'note|a|b': 'x|y|z', qty: '5' },
    ]);
    const quoted = '="sku","qty"\nA;1;2,5\nB;1;2,6\n';
    const [first] = values(await requiring(['sku'], {}, quoted)) as { sku: string }[];
    assert.equal(first?.sku, 'A;1;2');
    assert.deepEqual(
      values(await requiring(['c3'], { header: false }, 'a;b,c;d\n1;2,3;4\nx;y\n')),
      [
        { c1: 'a', c2: 'b,c', c3: 'd' },
        { c1: '1', c2: '2,3', c3: '4' },
      ],
    );
    // Long titles leave nothing of what was read first: whatever the chunks, the same is looked at.
    const titled = `${'t'.repeat(64 * 1024 - 3)}\nsku;qty\nS1,a;5\nS2,b;6\n`;
    for (const chunk of [1, 64 * 1024]) {
      const read = await requiring(['sku'], { skip: 1 }, titled, chunk);
      assert.deepEqual(values(read), [
        { sku: 'S1,a', qty: '5' },
        { sku: 'S2,b', qty: '6' },
      ]);
    }
  });

  it('takes the delimiter under which most rows have the columns that the flow names', async () => {
    const columns = ['sku', 'qty', 'lot'];
    const some = { columns, ignore: '^#' };
    for (const torn of ['S2,6\n', '"S2",6\n', '#a,b,c\n#,,\n#,,\nS2,6\n']) {
      const [first] = values(await requiring(columns, some, `S1;1,5;x\n${torn}`));
      assert.deepEqual(first, { sku: 'S1', qty: '1,5', lot: 'x' }, torn);
    }
    const headed = await requiring(columns, { columns, header: true }, 'a,b;c;d,e\nx;1,5;y\nz,\n');
    assert.deepEqual(values(headed), [{ sku: 'x', qty: '1,5', lot: 'y' }]);
  });

  it('never cuts rows that became wider by what fits them by chance', async () => {
    const wider = await requiring([], { columns: ['sku', 'qty'] }, 'S1;5;10,50\nS2;6;11,25\n');
    assert.deepEqual(faults(wider), ['1:1 CSV_RAGGED_ROW', '2:2 CSV_RAGGED_ROW']);
  });

  it('says so where another delimiter than the stated one gives the columns', async () => {
    const told = async (options: object, text: string, names = ['sku', 'qty']) => {
      const { refused, records } = await requiring(names, options, text);
      assert.equal(records.length, 0);
      return [refused?.code, refused?.message, refused?.at?.line, refused?.todo];
    };
    const todo = 'write `delimiter: ";"` under `read: csv`, or leave it out';
    const message = 'the header is delimited by ";", and the flow says ","';
    const comma = { delimiter: ',' };
    assert.deepEqual(await told({ ...comma, skip: 1 }, 'T\nsku;qty\nA;1\n'), [
      'CSV_MISSING_COLUMN',
      message,
      2,
      todo,
    ]);
    assert.deepEqual(await told(comma, '"sku";"qty"\n"A";1\n'), [
      'CSV_BAD_HEADER',
      message,
      1,
      todo,
    ]);
    assert.deepEqual(await told({ ...comma, columns: ['sku', 'qty'], header: true }, '"a";"b"\n'), [
      'CSV_BAD_HEADER',
      message,
      1,
      todo,
    ]);
    assert.deepEqual(await told(comma, 'sku;qty;,\nA;1;\n'), [
      'CSV_MISSING_COLUMN',
      message,
      1,
      todo,
    ]);
    assert.deepEqual(await told({ delimiter: 'tab' }, 'sku,qty\n'), [
      'CSV_MISSING_COLUMN',
      'the header is delimited by ",", and the flow says tab',
      1,
      'write `delimiter: ","` under `read: csv`, or leave it out',
    ]);
    assert.deepEqual(await told({}, 'sep=,\nsku;qty\n'), [
      'CSV_MISSING_COLUMN',
      'the header is delimited by ";", and the line before it says ","',
      2,
      'have the sender say in `sep=` what it writes',
    ]);
    const [, other] = await told(comma, 'Sku;Qty\nA;1\n');
    assert.match(String(other), /no column 'sku'/);
  });

  it('says of a ragged row that another delimiter cuts it as it should be', async () => {
    const rows = await read('A;1,5\nB;2\n', { columns: ['sku', 'qty', 'lot'], delimiter: '|' });
    for (const { fault } of rows.records) assert.doesNotMatch(String(fault?.todo), /cut by/);
    const listed = await read('A;1,5\n', { columns: ['sku', 'qty'], delimiter: '|' });
    assert.deepEqual(faults(listed), ['1:1 CSV_RAGGED_ROW']);
    assert.equal(
      listed.records[0]?.fault?.todo,
      'cut by ";" it has 2: write `delimiter: ";"` under `read: csv` if its sender means that, or correct the row',
    );
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
    const lower = await requiring(['Item', 'Menge'], { skip: 1 }, 'Title\nItem;menge\nA;1\n');
    assert.deepEqual(lower, {
      records: [],
      refused: {
        code: 'CSV_MISSING_COLUMN',
        message: "there is no column 'Menge' (the nearest is 'menge'), which the flow reads",
        at: { file: 'in.csv', line: 2 },
        todo: 'have the sender restore the column; if the text was meant and no column, write it under `const:` in the map (inside of an expression, in quotes of its own); if it may be missing, name it under `read: csv: optional: [Menge]`',
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
    const listed = await requiring(['Qty'], { columns: ['sku', 'qty'] }, '1,2\n');
    assert.equal(
      listed.refused?.todo,
      'add it to `read: csv: columns`; if the text was meant and no column, write it under `const:` in the map (inside of an expression, in quotes of its own); if it may be missing, name it under `read: csv: optional: [Qty]`',
    );
    const third = await requiring(['c3'], { header: false }, '1,2\n');
    assert.equal(third.refused?.code, 'CSV_MISSING_COLUMN');
    assert.equal((await requiring(['c2'], { header: false }, '1,2\n')).refused, undefined);
  });

  it('has a column called __proto__ as a field like any other', async () => {
    const { records } = await read('__proto__,constructor,a\n1,2,3\n');
    const value = records[0]!.value;
    assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'a']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    const wide = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const header = ['__proto__', ...wide].join(',');
    const { records: many } = await read(`${header}\n,${wide.join()}\n`);
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
    const writer = codecWith(csv, {}, options).writer!();
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
    const writer = codecWith(csv, {}, {}).writer!();
    writer.write([{ a: 1 }]);
    assert.throws(() => writer.write([{ a: 1, z: 2 }]), /'z' shows up after the header/);
  });

  it('keeps formulas for machines, and neutralises them where it is told to', () => {
    const neutral = (text: string, options: object = {}): string =>
      write([{ a: text }], { formulas: 'neutralise', quoting: 'all', header: false, ...options });
    const risky = ['=1+1', '+cmd', '@SUM(1)', '-2+3', ' =x', '\tx', '-ABC', '\r=x', '\n@x'];
    for (const text of [...risky, '\uff1d1+1', '\uff0bcmd', '\uff0d2', '\uff20SUM', '\u3000=x']) {
      assert.ok(neutral(text).startsWith(`"'${text[0]}`), text);
      assert.equal(write([{ a: text }], { quoting: 'all' }), `"a"\r\n"${text}"\r\n`);
    }
    for (const text of [
      '-12.5',
      '+3',
      '-1.234,56',
      '-.5',
      '1E-5',
      '-1e9',
      'a=b',
      "'x",
      'a;b',
      '1;-2',
    ]) {
      assert.equal(neutral(text), `"${text}"\r\n`);
    }
    for (const [text, expected] of [
      ['x;=cmd', "x;'=cmd"],
      ['x\t=cmd;-1;+a', "x\t'=cmd;-1;'+a"],
      ['x\n=cmd', "x\n'=cmd"],
      ['x|@a', "x|'@a"],
      ['=a;=b', "'=a;'=b"],
      ['Screw, -5 mm', 'Screw, -5 mm'],
    ] as const) {
      assert.equal(neutral(text), `"${expected}"\r\n`, text);
    }
    assert.equal(neutral('x,=cmd', { delimiter: ';' }), `"x,'=cmd"\r\n`);
    assert.equal(neutral('x;=cmd', { delimiter: ';' }), '"x;=cmd"\r\n');
    assert.equal(write([{ a: -5 }], { formulas: 'neutralise' }), 'a\r\n-5\r\n');
  });

  it('has its header without a row too, where its fields are known', () => {
    const text = (
      fields: string[],
      rows: Record<string, unknown>[],
      options: object = {},
    ): string => {
      const writer = codecWith(csv, {}, options).writer!(fields);
      return writer.begin() + writer.write(rows) + writer.end();
    };
    assert.equal(text(['a', 'b'], []), 'a,b\r\n');
    assert.equal(text(['a', 'b'], [], { bom: true, header: false }), '\ufeff');
    assert.equal(text(['a', 'b'], [], { columns: ['b'] }), 'b\r\n');
    assert.equal(text(['a', 'b'], [{ b: '1' }]), 'b\r\n1\r\n');
  });

  it('has lines before the header and behind the last row, which may count the rows', () => {
    const options = { preamble: ['"EXTF";700', ''], trailer: ['END', 'TRAILER;{count}'] };
    assert.equal(
      write([{ a: '1' }, { a: '2' }], { ...options, eol: 'lf' }),
      '"EXTF";700\n\na\n1\n2\nEND\nTRAILER;2\n',
    );
    const empty = codecWith(csv, {}, { ...options, bom: true }).writer!(['a']);
    assert.equal(empty.begin() + empty.end(), '\ufeff"EXTF";700\r\n\r\na\r\nEND\r\nTRAILER;0\r\n');
    assert.throws(() => codecWith(csv, {}, { trailer: ['a\nb'] }), /is not one line/);
  });

  it('knows in these lines what is known of the payload, and refuses what is not', () => {
    const lines = (options: object, facts: WriterFacts): string => {
      const writer = codecWith(csv, {}, { eol: 'lf', ...options }).writer!([], facts);
      return writer.begin() + writer.end();
    };
    const facts = factsOfReport(
      { name: 'journal', since: '2026-02-01', asOf: '2026-02-28' },
      Date.UTC(2026, 2, 1, 4, 5, 6, 78),
    );
    assert.equal(
      lines(
        {
          preamble: ['{date:yyyyMMddHHmmssSSS};{since:yyyyMMdd};{asOf:dd.MM.yy};{other}'],
          trailer: ['{count:4};{date}'],
        },
        facts,
      ),
      '20260301040506078;20260201;28.02.26;{other}\n0000;2026-03-01\n',
    );
    const month = factsOfReport({ name: 'journal', period: '2028-02' }, 0);
    assert.deepEqual([month.since, month.asOf], ['2028-02-01', '2028-02-29']);
    assert.throws(() => lines({ preamble: ['{count}'] }, facts), /\{count\} is not known here/);
    assert.throws(() => lines({ trailer: ['{asOf}'] }, {}), /\{asOf\} is not known here/);
  });

  it('writes the encoding that is stated, and says so', async () => {
    const rows = [{ text: 'Müsli 5 € – ½' }];
    for (const [encoding, hex] of [
      ['windows-1252', '4dfc736c69203520802096 20bd'],
      ['utf-16le', Buffer.from('Müsli 5 € – ½', 'utf16le').toString('hex')],
    ] as const) {
      const codec = codecWith(csv, {}, { encoding, header: false, eol: 'lf' });
      const bytes = Buffer.concat(writeRecords(codec, rows)).toString('hex');
      const end = encoding === 'utf-16le' ? '0a00' : '0a';
      assert.equal(bytes, hex.replaceAll(' ', '') + end);
      assert.equal(codec.contentType, `text/csv; charset=${encoding}`);
    }
    assert.equal(codecWith(csv, {}, {}).contentType, undefined);
  });

  it('refuses a character that the encoding does not have, unless it says what stands for it', () => {
    const bytes = (text: string, options: object): string =>
      Buffer.concat(
        writeRecords(codecWith(csv, {}, { header: false, eol: 'lf', ...options }), [{ text }]),
      ).toString('latin1');
    for (const char of ['日', '😀', '\ufffd', '\u0081']) {
      const text = `für ${char} ü`;
      const encoding = 'windows-1252';
      assert.throws(
        () => bytes(text, { encoding }),
        (error: StockbusError) => error.code === 'TEXT_NOT_ENCODABLE',
        char,
      );
      assert.equal(bytes(text, { encoding, replace: '?' }), 'f\xfcr ? \xfc\n');
    }
    assert.throws(() => bytes('ä', { encoding: 'us-ascii' }), /does not have the character 'ä'/);
    assert.throws(
      () => codecWith(csv, {}, { encoding: 'windows-1252', bom: true }),
      /has no byte order mark/,
    );
  });
});

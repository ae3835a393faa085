/** CSV with rows of several kinds: heads, lines, and a line that says how many there are. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { csv } from '../../../core/codecs/csv.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { chunksOf, codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';
import { runs, seed } from '../../runs.ts';

const rows = [{ H: ['no', 'date'] }, { L: ['sku', 'qty', 'lot'] }];
const options = { rows, footer: '^T;(\\d+)' };

const read = (text: string, more: object = options, size?: number) =>
  readAll(codecWith(csv, more), text, size);

const line = (no: string, date: string, sku: string, qty = '', lot = '') => ({
  ...{ no, date, sku, qty, lot },
});

describe('CSV: rows of several kinds', () => {
  it('gives each line the cells of the head above it', async () => {
    const text = 'H;1;mon\nL;A;2;X\nL;B;3;\nH;2;tue\nL;"C;1";4;\nT;5\n';
    for (const size of [1, 7, 1_000]) {
      const result = await read(text, options, size);
      assert.equal(result.refused, undefined);
      assert.deepEqual(values(result).slice(0, 3), [
        line('1', 'mon', 'A', '2', 'X'),
        line('1', 'mon', 'B', '3'),
        line('2', 'tue', 'C;1', '4'),
      ]);
      assert.deepEqual(
        result.records.map((record) => record.line),
        [2, 3, 5, 6],
      );
    }
  });

  it('may have more than two, and empty cells at their ends', async () => {
    const kinds = [{ S: ['ship'] }, { O: ['order'] }, { I: ['sku'] }];
    const text = 'S,1,,\nO,a\nI,A\nI,B\nO,b,\nI,C\nS,2\nO,c\nI,D\n';
    assert.deepEqual(values(await read(text, { rows: kinds })), [
      { ship: '1', order: 'a', sku: 'A' },
      { ship: '1', order: 'a', sku: 'B' },
      { ship: '1', order: 'b', sku: 'C' },
      { ship: '2', order: 'c', sku: 'D' },
    ]);
  });

  it('makes a record of a head that nothing stands below', async () => {
    const result = await read('H;1;mon\nH;2;tue\nL;A;1;\nH;3;wed\n', { rows });
    assert.deepEqual(values(result), [
      line('1', 'mon', ''),
      line('2', 'tue', 'A', '1'),
      line('3', 'wed', ''),
    ]);
    assert.deepEqual(
      result.records.map(({ line, open }) => [line, open]),
      [
        [1, undefined],
        [3, undefined],
        [4, true],
      ],
      'more rows could still come below the last',
    );
  });

  it('takes nothing of a head over a row that may have been another', async () => {
    const text =
      'L;A;1;\nH;1;mon\nL;B;2;\nL;C;3;;;\nL;D;4\nL;E;5;\nX;2;tue\nL;F;6;\nH;3;wed\nL;G;7;\nH;4\nL;H;8;\n';
    const result = await read(text, { rows });
    assert.deepEqual(faults(result), [
      '1:1 CSV_ROW_KIND',
      '4:5 CSV_RAGGED_ROW',
      '6:7 CSV_ROW_KIND',
      '7:8 CSV_ROW_KIND',
      '9:11 CSV_RAGGED_ROW',
      '10:12 CSV_ROW_KIND',
    ]);
    assert.deepEqual(
      values(result).map(
        (value) => `${(value as { no: string }).no}${(value as { sku: string }).sku}`,
      ),
      ['1B', '1C', '1E', '3G'],
    );
    const messages = result.records.flatMap(({ fault }) => fault?.message ?? []);
    assert.equal(
      messages[0],
      "a row of 'H' must stand above one of 'L', and none stands before it",
    );
    assert.equal(messages[2], "the row begins with 'X', which is none of 'H', 'L'");
    assert.match(messages[3] ?? '', /and the row before that could not be read$/);
  });

  it('is held against the number of all rows in the footer', async () => {
    const { refused } = await read('H;1;mon\nL;A;1;\nT;1\n');
    assert.equal(refused?.code, 'CSV_FOOTER');
    assert.match(refused.message, /and 2 stand before it/);
  });

  it('is read again from a file of rejects, in which each row says all', async () => {
    const codec = codecWith(csv, options);
    const text = 'H;1;mon\nL;A;bad;\nL;B;3;\nT;3\n';
    const reading = codec.read(chunksOf(Buffer.from(text), 1_000), { name: 'x' });
    const records: SourceRecord[] = [];
    for await (const some of reading) records.push(...some);
    const [record] = records;
    const format = reading.rejects();
    const fault = { code: 'RECORD_INVALID', message: 'no number' } as const;
    const file = Buffer.concat([
      await format.write([{ record: record!, fault }]),
      await format.end(),
    ]).toString();
    const again = await readAll(codec, file.replace('bad', '2'));
    assert.deepEqual(faults(again), []);
    assert.deepEqual(values(again), [line('1', 'mon', 'A', '2')]);
  });

  it('never takes a line for one of another head, whatever becomes of rows', async () => {
    const documents = fc.array(fc.nat(3), { minLength: 1, maxLength: 6 });
    const broken = fc.array(
      fc.tuple(fc.nat(20), fc.constantFrom('X;1;2', '"', 'H;9', 'L', 'L;a;1')),
    );
    await fc.assert(
      fc.asyncProperty(
        documents,
        broken,
        fc.constantFrom(1, 5, 1_000),
        async (sizes, spoiled, size) => {
          const lines = sizes.flatMap((count, no) => [
            `H;${no};mon`,
            ...Array.from({ length: count }, (_, at) => `L;${no}-${at};1;`),
          ]);
          // A row that says of itself that it is a line is taken for one.
          for (const [index, text] of spoiled)
            if (lines[index]?.startsWith('L') || (index < lines.length && !text.startsWith('L')))
              lines[index] = text;
          const { records, refused } = await read(
            `${lines.join('\n')}\n`,
            { rows, delimiter: ';' },
            size,
          );
          assert.equal(refused, undefined);
          for (const { value, fault } of records) {
            if (fault || value.sku === '') continue;
            assert.equal(String(value.sku).split('-')[0], value.no);
          }
        },
      ),
      { numRuns: runs(30, 300), seed },
    );
  });

  it('is refused where its options say two things', () => {
    const faultsOf = (given: object): string[] => {
      const found: string[] = [];
      csv.readOptions.read(given, [], ({ message }) => found.push(message));
      return found;
    };
    assert.deepEqual(faultsOf({ rows, columns: ['a'] }), [
      '`rows` and `columns` cannot stand beside each other',
    ]);
    assert.deepEqual(faultsOf({ rows: [{ H: ['no'] }, { L: ['no'] }] }), [
      "'no' stands twice under `rows`",
    ]);
    assert.deepEqual(faultsOf({ rows: [{ H: ['no'], L: ['sku'] }, { M: ['x'] }] }), [
      'name one kind of rows in each entry',
    ]);
  });
});

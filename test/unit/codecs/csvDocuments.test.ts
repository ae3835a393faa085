import assert from 'node:assert/strict';
import { csv } from '../../../core/codecs/csv.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { chunksOf, codecWith, faults, readAll, values } from '../../contract/codec/readAll.ts';

const read = (text: string, options: object = {}, size?: number) =>
  readAll(codecWith(csv, options), text, size);

const good = (records: readonly SourceRecord[]): unknown[] =>
  records.filter(({ fault, passedOver }) => !fault && !passedOver).map(({ value }) => value);

describe('CSV: footer', () => {
  const options = { footer: '^TRAILER;(\\d+)' };

  it('ends the payload, and is no record', async () => {
    for (const end of ['\n', '', '\n\n\n', '\r\n']) {
      for (const size of [1, 7, 1_000]) {
        const result = await read(`sku;qty\nA;1\nB;2\nTRAILER;02${end}`, options, size);
        assert.equal(result.refused, undefined);
        assert.deepEqual(good(result.records), [
          { sku: 'A', qty: '1' },
          { sku: 'B', qty: '2' },
        ]);
        assert.deepEqual(
          result.records.map(({ passedOver }) => passedOver),
          [undefined, undefined, true],
        );
      }
    }
    const empty = await read('sku;qty\nTRAILER;0\n', options);
    assert.equal(empty.refused, undefined);
  });

  it('counts rows that are bad, and none that are passed over', async () => {
    const text = 'sku;qty\nA;1\n# note\nB;2;3\nTRAILER;2\n';
    const { records, refused } = await read(text, { ...options, ignore: '^#' });
    assert.equal(refused, undefined);
    assert.deepEqual(faults({ records }), ['3:4 CSV_RAGGED_ROW']);
  });

  it('refuses the payload where it is missing, states another number, or does not stand last', async () => {
    for (const [text, message, line] of [
      ['A;1\nB;2\n', 'the payload ends without its footer', 4],
      [
        'A;1\nTRAILER;12\n',
        "the footer states '12' as the number of rows, and 1 stand before it",
        3,
      ],
      ['A;1\nTRAILER;1\nB;2\n', 'a row stands behind the footer of line 3', 4],
    ] as const) {
      const { refused } = await read(`sku;qty\n${text}`, options);
      assert.equal(refused?.code, 'CSV_FOOTER');
      assert.equal(refused.message, message);
      assert.deepEqual(refused.at, { file: 'payload', line });
    }
  });

  it('may still come where the text breaks off before it or inside of it', async () => {
    for (const [text, isOpen] of [
      ['A;1\n', true],
      ['A;1\nTRAILER;2', true],
      ['A;1\nTRAILER;2\n', false],
    ] as const) {
      const chunks = chunksOf(Buffer.from(`sku;qty\n${text}`), 100);
      const reading = codecWith(csv, options).read(chunks, { name: 'x' });
      await assert.rejects(
        async () => {
          for await (const _ of reading);
        },
        (error) => {
          assert.ok(error instanceof StockbusError);
          assert.deepEqual([error.ofPayload, error.atEnd ?? false], [true, isOpen], text);
          return true;
        },
      );
    }
  });

  it('says only that the payload is whole, where nothing in it counts', async () => {
    const { records, refused } = await read('sku,qty\nA,1\n"END OF FILE"\n', {
      footer: 'END OF FILE',
    });
    assert.equal(refused, undefined);
    assert.deepEqual(good(records), [{ sku: 'A', qty: '1' }]);
  });
});

describe('CSV: fill', () => {
  const fill = { fill: ['order', 'date'] };

  it('gives empty cells the value of the row before, from the outermost column in', async () => {
    const text =
      'order,date,sku\n' + '1,mon,A\n' + ',,B\n' + ',tue,C\n' + ' ,,D\n' + '2,,E\n' + ',,F\n';
    assert.deepEqual(values(await read(text, fill)), [
      { order: '1', date: 'mon', sku: 'A' },
      { order: '1', date: 'mon', sku: 'B' },
      { order: '1', date: 'tue', sku: 'C' },
      { order: '1', date: 'tue', sku: 'D' },
      { order: '2', date: '', sku: 'E' },
      { order: '2', date: '', sku: 'F' },
    ]);
  });

  it('takes nothing over a row that could not be read, and none before the first', async () => {
    const text = 'order,date,sku\n,,A\n1,mon,B\n2,tue\n,,C\n,,D\n3,wed,E\n,,F\n';
    const result = await read(text, fill);
    assert.deepEqual(faults(result), [
      '1:2 CSV_NOTHING_TO_FILL',
      '3:4 CSV_RAGGED_ROW',
      '4:5 CSV_NOTHING_TO_FILL',
      '5:6 CSV_NOTHING_TO_FILL',
    ]);
    assert.deepEqual(
      values(result).map((value) => Object.values(value as object).join(' ')),
      ['1 mon B', '3 wed E', '3 wed F'],
    );
  });

  it('leaves rows without anything as they are', async () => {
    const result = await read('order,date,sku\n1,mon,A\n,,\n', fill);
    assert.deepEqual(values(result)[1], { order: '', date: '', sku: '' });
  });

  it('needs its columns', async () => {
    const { refused } = await read('order,sku\n1,A\n', fill);
    assert.equal(refused?.code, 'CSV_MISSING_COLUMN');
  });

  it('takes nothing from the row before in a file of rejects', async () => {
    const codec = codecWith(csv, { ...fill, footer: '^END' });
    const text = 'order,date,sku\n1,mon,A\n,,B,x\n2,tue,C\n,,bad\nEND\n';
    const reading = codec.read(chunksOf(Buffer.from(text), 1_000), { name: 'x' });
    const rejected: SourceRecord[] = [];
    for await (const records of reading) {
      rejected.push(...records.filter(({ fault, value }) => fault || value.sku === 'bad'));
    }
    const format = reading.rejects();
    const file = Buffer.concat([
      await format.write(rejected.map((record) => ({ record, fault: record.fault }))),
      await format.end(),
    ]).toString();
    assert.match(file, /^2,tue,bad,4/m);
    const corrected = file.replace(',,B,x', ',,B').replace('bad', 'D');
    const again = await readAll(codec, corrected);
    assert.deepEqual(faults(again), ['1:2 CSV_NOTHING_TO_FILL']);
    assert.deepEqual(values(again), [{ order: '2', date: 'tue', sku: 'D' }]);
    const whole = await readAll(codec, corrected.replace(',,B', '1,mon,B'));
    assert.deepEqual(values(whole)[0], { order: '1', date: 'mon', sku: 'B' });
  });
});

describe('CSV: what the lines before the header say', () => {
  const options = {
    skip: 2,
    envelope: { day: '^"?As of ([^"]+)', site: 'Site: (\\w+)', none: '(nowhere)' },
  };
  const titles = 'Stock list;Site: BER\r\n"As of 31 March"\r\n';

  it('stands with each record, however the bytes are cut', async () => {
    const around = { '#envelope': { day: '31 March', site: 'BER' } };
    for (const size of [1, 1_000])
      assert.deepEqual(values(await read(`${titles}sku;n\r\nA;1\r\nB;2\r\n`, options, size)), [
        { sku: 'A', n: '1', ...around },
        { sku: 'B', n: '2', ...around },
      ]);
  });

  it('is no column that the payload must have, and comes again with what was rejected', async () => {
    const codec = codecWith(csv, options).requireColumns!(['sku', '#envelope']);
    const reading = codec.read(chunksOf(Buffer.from(`${titles}sku;n\nA;x\n`), 1_000), {
      name: 'x',
    });
    const records: SourceRecord[] = [];
    for await (const batch of reading) records.push(...batch);
    const format = reading.rejects();
    const rejected = [{ record: records[0]!, fault: undefined }];
    const file = Buffer.from(await format.write(rejected));
    assert.equal(file.toString().includes('envelope'), false);
    assert.deepEqual(values(await readAll(codec, file.toString())), values({ records }));
    const { refused } = await readAll(codec, `${titles}sku;#envelope\nA;x\n`);
    assert.equal(refused?.code, 'CSV_BAD_HEADER');
  });

  it('needs lines that are passed over, and one group in each pattern', () => {
    const said: string[] = [];
    const of = (read: object) =>
      csv.readOptions.read(read, [], ({ message }) => said.push(message));
    of({ envelope: { day: '(.)' } });
    of({ skip: 1, envelope: { day: 'As of' } });
    of({ skip: 1, envelope: { day: '(' } });
    assert.equal(said.length, 3);
    assert.match(said[0]!, /passes over none/);
    assert.match(said[1]!, /one group/);
  });
});

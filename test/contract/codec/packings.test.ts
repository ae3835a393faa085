/** What every packing promises, around any format; and what archives promise besides. */
import assert from 'node:assert/strict';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { csv } from '../../../core/codecs/csv.ts';
import { json } from '../../../core/codecs/json.ts';
import { packings } from '../../../core/codecs/packings.ts';
import { xml } from '../../../core/codecs/xml.ts';
import { writeRecords } from '../../../core/deliver/writeRecords.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { packingCodec } from '../../../core/flow/packed.ts';
import { limits } from '../../../core/limits.ts';
import type { Codec, SourceRecord } from '../../../core/ports.ts';
import { chunksOf, codecWith, faults, readAll, values } from './readAll.ts';
import { zipOf } from './zipOf.ts';

const packed: Record<string, (text: string | Uint8Array) => Buffer> = {
  gzip: (text) => gzipSync(text),
  zstd: (text) => zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  zip: (text) => zipOf({ 'rows.txt': text }),
};

const unpacking = (name: string, codec: Codec, options: object = {}): Codec => {
  const spec = packings.find((one) => one.name === name)!;
  const read = spec.options.read(options, [], ({ message }) => assert.fail(message));
  return spec.unpacking(codec, read);
};

/** Bytes that nothing makes smaller, so that a cut or a changed byte falls into what they say. */
const ROWS = Array.from({ length: 300 }, (_, n) => ({
  sku: `S${n}`,
  note: ((n + 1) * 2654435761).toString(36).repeat(3),
}));
const asCsv = (rows: typeof ROWS): string =>
  `sku,note\n${rows.map(({ sku, note }) => `${sku},${note}\n`).join('')}`;

for (const { name, pack, extension } of packings) {
  const codec = unpacking(name, codecWith(csv));
  const bytes = packed[name]!(asCsv(ROWS));

  describe(`${name} packing: contract`, () => {
    it('gives each format what it reads unpacked, however the bytes are cut', async () => {
      for (const [format, text] of [
        [codecWith(csv), 'a,b\n1,2\n3\n'],
        [codecWith(json), '{"a":"1"}\n{"a":}\n'],
        [codecWith(xml, { record: 'r' }), '<x>\n<r><a>1</a></r>\n</x>'],
      ] as const) {
        const plain = await readAll(format, text);
        for (const size of [1, 2, 3, 7, 26, 65_536]) {
          const result = await readAll(unpacking(name, format), packed[name]!(text), size);
          assert.deepEqual(values(result), values(plain));
          assert.deepEqual(faults(result), faults(plain));
        }
      }
    });

    it('refuses whole what is cut short, wherever it is', async () => {
      for (const end of [1, 5, Math.floor(bytes.length / 2), bytes.length - 3, bytes.length - 1]) {
        const { refused } = await readAll(codec, bytes.subarray(0, end), 1_000, 'day');
        assert.equal(refused?.code, 'PACKED_BROKEN', `${end} of ${bytes.length}`);
        assert.match(refused.at?.file ?? '', /^day/);
      }
      assert.equal((await readAll(codec, '')).refused?.code, 'PAYLOAD_EMPTY');
      assert.equal((await readAll(codec, 'a,b\n1,2\n')).refused?.code, 'PACKED_BROKEN');
    });

    it('never takes damaged bytes for others', async () => {
      for (let at = 0; at < bytes.length; at += 13) {
        const damaged = Buffer.from(bytes);
        damaged[at] = damaged[at]! ^ 0x55;
        const result = await readAll(codec, damaged);
        if (result.refused) continue;
        // A date, a name, a flag: of what the archive says, and not of what is in it.
        assert.deepEqual(values(result), ROWS, `byte ${at}`);
      }
    });

    it('refuses what grows beyond all measure, long before it has', async () => {
      const bomb = packed[name]!(Buffer.alloc(limits.unpackedFreeBytes * 4, 'a,b\n'));
      let records = 0;
      await assert.rejects(
        async () => {
          for await (const batch of codec.read(chunksOf(bomb, 1_000), { name: 'x' }))
            records += batch.length;
        },
        { code: 'PACKED_TOO_LARGE', ofPayload: true },
      );
      assert.ok(records * 4 <= limits.unpackedFreeBytes, `${records} were read`);
    });

    it('lets its source go when the reader stops, and passes on its failure', async () => {
      let isReleased = false;
      const source = async function* (fails: boolean): AsyncGenerator<Uint8Array> {
        try {
          yield* chunksOf(bytes, 100);
          if (fails) throw new Error('connection lost');
        } finally {
          isReleased = true;
        }
      };
      for await (const _ of codec.read(source(false), { name: 'x' })) break;
      assert.ok(isReleased);
      await assert.rejects(async () => {
        for await (const _ of codec.read(source(true), { name: 'x' }));
      }, /connection lost/);
    });

    it('gives rejects back in the same packing, to be corrected and sent again', async () => {
      const text = 'a,b\n1,2\n3,WRONG\n4,5,6\n';
      const { file } = await rejected(codec, packed[name]!(text), ({ record }) => record > 1);
      const again = await readAll(codec, file);
      assert.deepEqual(values(again), [{ a: '3', b: 'WRONG' }]);
      assert.equal(faults(again).length, 1);
    });

    if (pack)
      it(`writes what it reads: .${extension}`, async () => {
        const both = packingCodec(codecWith(csv, {}, {}), pack);
        const result = await readAll(codec, Buffer.concat(writeRecords(both, ROWS)));
        assert.deepEqual(values(result), ROWS);
      });
  });
}

/** What is rejected of a payload, as its sender finds it. */
async function rejected(
  codec: Codec,
  bytes: Uint8Array,
  wanted: (record: SourceRecord) => boolean,
): Promise<{ file: Buffer }> {
  const reading = codec.read(chunksOf(bytes, 1_000), { name: 'x' });
  const parts: Uint8Array[] = [];
  let format: ReturnType<typeof reading.rejects> | undefined;
  const fault = { code: 'EXPR_NOT_DECIMAL', message: 'no number' } as const;
  for await (const records of reading)
    for (const record of records.filter(wanted)) {
      format ??= reading.rejects();
      parts.push(await format.write([{ record, fault: record.fault ?? fault }]));
    }
  if (format) parts.push(await format.end());
  return { file: Buffer.concat(parts) };
}

describe('several members', () => {
  it('of gzip and zstd are read to the last, padding behind gzip is not, and nothing else is passed over', async () => {
    for (const name of ['gzip', 'zstd']) {
      const pack = packed[name]!;
      const parts = [pack('a,b\n1,2\n'), pack('3,4\n'), pack(''), pack('5,6\n')];
      const codec = unpacking(name, codecWith(csv));
      const all = Buffer.concat(parts);
      for (const size of [1, 5, parts[0]!.length, parts[1]!.length, 10_000]) {
        const result = await readAll(codec, all, size);
        assert.deepEqual(values(result).length, 3, `${name} by ${size}`);
        const spoilt = await readAll(codec, Buffer.concat([all, Buffer.from('xyz')]), size);
        assert.equal(spoilt.refused?.code, 'PACKED_BROKEN', `${name} by ${size}`);
      }
    }
    const padded = Buffer.concat([
      gzipSync('a\n1\n'),
      Buffer.alloc(70),
      gzipSync('2\n'),
      Buffer.alloc(9),
    ]);
    for (const size of [1, 30, 1_000])
      assert.equal(
        values(await readAll(unpacking('gzip', codecWith(csv)), padded, size)).length,
        2,
      );
  });

  it('of zstd that want a window of any size are refused with what to do', async () => {
    // Magic, a frame without a single segment, and a window of 2^31 bytes.
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00]);
    const { refused } = await readAll(unpacking('zstd', codecWith(csv)), wide);
    assert.equal(refused?.code, 'PACKED_BROKEN');
    assert.match(refused.todo ?? '', /window of at most 32 MiB/);
  });
});

describe('ZIP archives', () => {
  const codec = unpacking('zip', codecWith(csv), { entries: '*.csv' });
  const day = {
    'in/a.csv': 'k,v\n1,x\n2\n',
    'in/notes.txt': 'for people',
    'in/': '',
    '__MACOSX/in/._a.csv': 'k,v\n9,9\n',
    'b.csv': 'v,k\ny,3\n',
  };

  it('are one payload of their entries, each with its own header and lines', async () => {
    const passed: string[] = [];
    const records: SourceRecord[] = [];
    const context = { name: 'day.zip', passedOver: (name: string) => passed.push(name) };
    for await (const batch of codec.read(chunksOf(zipOf(day), 50), context)) records.push(...batch);
    assert.deepEqual(
      records.map(({ record, line, file, value, fault }) => [
        record,
        line,
        file,
        value.k,
        fault?.at,
      ]),
      [
        [1, 2, 'day.zip/in/a.csv', '1', undefined],
        [2, 3, 'day.zip/in/a.csv', '2', { file: 'day.zip/in/a.csv', line: 3, record: 2 }],
        [3, 2, 'day.zip/b.csv', '3', undefined],
      ],
    );
    assert.deepEqual(passed, ['in/notes.txt']);
  });

  it('give rejects back under the names of their entries', async () => {
    const { file } = await rejected(codec, zipOf(day), () => true);
    const again = await readAll(codec, file, 1_000, 'day.rejected.zip');
    assert.deepEqual(
      again.records.map(({ file: entry, value: { k } }) => [entry, k]),
      [
        ['day.rejected.zip/in/a.csv', '1'],
        ['day.rejected.zip/in/a.csv', '2'],
        ['day.rejected.zip/b.csv', '3'],
      ],
    );
  });

  it('give rejects back in one entry each, however documents go through them', async () => {
    const reading = codec.read(chunksOf(zipOf(day), 50), { name: 'x' });
    const records = (await Array.fromAsync(reading)).flat();
    const [one, two, three] = records as [SourceRecord, SourceRecord, SourceRecord];
    const format = reading.rejects();
    const parts: Uint8Array[] = [];
    for (const record of [one, three, two])
      parts.push(await format.write([{ record, fault: undefined }]));
    const file = Buffer.concat([...parts, await format.end()]);
    const again = await readAll(codec, file, 1_000, 'x');
    assert.deepEqual(
      again.records.map(({ file: entry, value: { k } }) => [entry, k]),
      [
        ['x/in/a.csv', '1'],
        ['x/in/a.csv', '2'],
        ['x/b.csv', '3'],
      ],
    );
  });

  it('are refused whole where one entry of several cannot be read', async () => {
    const read = codec.requireColumns!(['k']).read(
      chunksOf(zipOf({ 'a.csv': 'k\n1\n', 'b.csv': 'other\n2\n' }), 100),
      { name: 'day.zip' },
    );
    const all = async () => {
      for await (const _ of read);
    };
    await assert.rejects(all(), (error) => {
      assert.ok(isStockbusError(error, 'CSV_MISSING_COLUMN'));
      assert.ok(error.ofPayload);
      assert.equal(error.fault.at?.file, 'day.zip/b.csv');
      return true;
    });
  });

  it('say what they have where nothing of it is asked for', async () => {
    const { refused } = await readAll(codec, zipOf({ 'a.txt': 'x', 'b.txt': 'y' }));
    assert.equal(refused?.code, 'PACKED_NO_ENTRY');
    assert.match(refused.message, /'\*\.csv'; the archive has 'a\.txt', 'b\.txt'/);
    const all = unpacking('zip', codecWith(csv), { entries: 'in/?.csv' });
    assert.equal(values(await readAll(all, zipOf(day))).length, 1);
  });

  it('with names that are attacks are read, and lead nowhere', async () => {
    const hostile = {
      '../../etc/passwd.csv': 'k\n1\n',
      '/root/b.csv': 'k\n2\n',
      'C:\\windows\\c.csv': 'k\n3\n',
      [`${'\u202e'}\u0007${'d'.repeat(60_000)}.csv`]: 'k\n4\n',
    };
    const { file } = await rejected(codec, zipOf(hostile), () => true);
    const again = await readAll(codec, file, 1_000, 'x');
    assert.deepEqual(
      again.records.slice(0, 3).map(({ file: entry }) => entry),
      ['x/etc/passwd.csv', 'x/root/b.csv', 'x/windows/c.csv'],
    );
    const twice = await readAll(codec, zipOf({ 'a.csv': 'k\n1\n', '/a.csv': 'k\n2\n' }));
    assert.match(twice.refused?.message ?? '', /two entries are called 'a\.csv'/);
  });

  it('that are encrypted, or packed as nobody reads it, are refused with the entry', async () => {
    const bytes = zipOf({ 'a.csv': 'k\n1\n' });
    const directory = bytes.indexOf('PK\x01\x02', 0, 'latin1');
    for (const [at, value, says] of [
      [8, 1, /encrypted/],
      [10, 14, /method 14/],
    ] as const) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(value, directory + at);
      const { refused } = await readAll(codec, changed, 100, 'x.zip');
      assert.equal(refused?.code, 'PACKED_UNREADABLE');
      assert.match(refused.message, says);
      assert.equal(refused.at?.file, 'x.zip/a.csv');
    }
  });

  it('of other writers are read: stored, streamed, ZIP64, a comment at the end', async () => {
    for (const [kind, bytes] of Object.entries(ofPython)) {
      const result = await readAll(codec, Buffer.from(bytes, 'base64'), 70, 'x');
      assert.deepEqual(values(result), [{ k: '1', v: 'ü' }], kind);
      assert.equal(result.records[0]?.file, 'x/größe.csv');
    }
  });
});

/** By Python's zipfile, with `force_zip64`; the second into a stream that cannot go back. */
const ofPython = {
  stored:
    'UEsDBC0AAAgAAAAAYVy6Gyz1//////////8LABQAZ3LDtsOfZS5jc3YBABAACQAAAAAAAAAJAAAAAAAAAGssdgoxLMO8ClBLAQItAy0AAAgAAAAAYVy6Gyz1CQAAAAkAAAALAAAAAAAAAAAAAACAAQAAAABncsO2w59lLmNzdlBLBQYAAAAAAQABADkAAABGAAAAEQBQSwUGIG1hZGUgYnkgaGFuZA==',
  streamed:
    'UEsDBC0ACAgIAAAAYVwAAAAA//////////8LABQAZ3LDtsOfZS5jc3YBABAAAAAAAAAAAAAAAAAAAAAAAMvWKeMy1Dm8hwsAUEsHCLobLPULAAAAAAAAAAkAAAAAAAAAUEsBAi0DLQAICAgAAABhXLobLPULAAAACQAAAAsAAAAAAAAAAAAAAIABAAAAAGdyw7bDn2UuY3N2UEsFBgAAAAABAAEAOQAAAGAAAAARAFBLBQYgbWFkZSBieSBoYW5k',
};

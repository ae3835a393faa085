import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Codec, CodecSpec } from '../../../core/ports.ts';
import { chunksOf, codecWith, readAll, utf16, values } from './readAll.ts';

export interface CodecCase<Read, Write> {
  spec: CodecSpec<Read, Write>;
  read: object;
  write: object;
  /** Rows as this format has them, with everything around. A row is `{ sku, note }`. */
  payload(rows: readonly { sku: string; note: string }[]): string;
  /** The same with something as the second of three rows that makes that row bad. */
  withBadSecond(): string;
  /** Without any record, but well-formed; undefined where that is refused. */
  withoutRecords?: string;
  /** Names that survive writing and reading again, and texts that do. */
  fields: readonly string[];
  text: fc.Arbitrary<string>;
}

const ROWS = [
  { sku: '00123', note: 'für Größe 5 €' },
  { sku: '-7', note: 'a "quoted", <b>; & \\ text' },
  { sku: '日本', note: '😀' },
];
/** Every way of falling between two bytes of a character. */
const CHUNK_BYTES = [1, 2, 3, 5, 7, 64, 64 * 1024];

/** What every codec promises. */
export function codecContract<Read, Write>(test: CodecCase<Read, Write>): void {
  const { spec } = test;
  const codec = (): Codec => codecWith(spec, test.read);

  describe(`${spec.name} codec: contract`, () => {
    it('reads the same records however the bytes are cut', async () => {
      for (const size of CHUNK_BYTES) {
        const result = await readAll(codec(), test.payload(ROWS), size);
        assert.deepEqual(values(result), ROWS, `chunks of ${size}`);
        assert.equal(result.refused, undefined);
      }
    });

    it('reads to the last record where its end shows only when more is asked for', async () => {
      const rows = Array.from({ length: 4_000 }, (_, index) => ({
        sku: `S${index}`,
        note: 'a note of some length',
      }));
      const text = test.payload(rows).trimEnd();
      for (const size of [text.length * 4, Math.floor(text.length * 0.6)]) {
        const result = await readAll(codec(), text, size);
        assert.deepEqual(values(result), rows, `pieces of ${size}`);
      }
    });

    it('follows byte order marks of UTF-8 and UTF-16', async () => {
      const text = test.payload(ROWS).replace(/ encoding="[^"]*"/, '');
      for (const bytes of [Buffer.from(`\ufeff${text}`), utf16(text, false), utf16(text, true)]) {
        for (const size of CHUNK_BYTES) {
          assert.deepEqual(values(await readAll(codec(), bytes, size)), ROWS);
        }
      }
    });

    it('reads the encoding that the flow states', async () => {
      const rows = [{ sku: '1', note: 'Größe' }];
      const text = test.payload(rows).replace(/ encoding="[^"]*"/, '');
      const bytes = Buffer.from(text, 'latin1');
      for (const encoding of ['windows-1252', 'iso-8859-1']) {
        const stated = codecWith(spec, { ...test.read, encoding });
        assert.deepEqual(values(await readAll(stated, bytes)), rows);
      }
    });

    it('refuses bytes that are not valid, after all records before them', async () => {
      const rows = Array.from({ length: 5000 }, (_, index) => ({ sku: `S${index}`, note: 'ä' }));
      const bytes = Buffer.from(test.payload(rows));
      const broken = bytes.indexOf('S4000');
      bytes[broken] = 0xff;
      const result = await readAll(codec(), bytes);
      assert.equal(result.refused?.code, 'TEXT_BAD_ENCODING');
      assert.match(
        result.refused.message,
        new RegExp(`0xff at offset ${broken} is not valid utf-8`),
      );
      const line = bytes.subarray(0, broken).toString().split('\n').length;
      assert.equal(result.refused.at?.line, line);
      assert.deepEqual(values(result), rows.slice(0, 4000));
    });

    it('gives a bad record its number, its text and its fault, and reads on', async () => {
      const { records, refused } = await readAll(codec(), test.withBadSecond());
      assert.equal(refused, undefined);
      assert.deepEqual(
        records.map(({ record, fault }) => [record, fault === undefined]),
        [
          [1, true],
          [2, false],
          [3, true],
        ],
      );
      assert.equal(records[1]?.fault?.at?.record, 2);
      assert.ok((records[1]?.raw ?? '').length > 0);
    });

    it('refuses an empty payload, and takes one without records for what it is', async () => {
      assert.equal((await readAll(codec(), '')).refused?.code, 'PAYLOAD_EMPTY');
      if (test.withoutRecords === undefined) return;
      assert.deepEqual(await readAll(codec(), test.withoutRecords), { records: [] });
    });

    it('passes on a failure of the source, after all records before it', async () => {
      const rows = Array.from({ length: 3000 }, (_, index) => ({ sku: `S${index}`, note: '' }));
      const bytes = Buffer.from(test.payload(rows));
      const torn = async function* (): AsyncGenerator<Uint8Array> {
        yield* chunksOf(bytes.subarray(0, bytes.indexOf('S2000')), 1000);
        throw new Error('connection lost');
      };
      let seen = 0;
      await assert.rejects(async () => {
        for await (const batch of codec().read(torn(), { name: 'torn' })) seen += batch.length;
      }, /connection lost/);
      assert.equal(seen, 2000);
    });

    it('lets the source go when the reader stops early', async () => {
      let released = false;
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        const rows = Array.from({ length: 2000 }, () => ({ sku: 'S', note: '' }));
        try {
          yield Buffer.from(test.payload(rows));
          for (;;) yield new Uint8Array(1000).fill(32);
        } finally {
          released = true;
        }
      };
      for await (const _ of codec().read(endless(), { name: 'endless' })) break;
      assert.ok(released);
    });

    it('reads again what it wrote', async () => {
      const row = fc.tuple(...test.fields.map(() => test.text));
      await fc.assert(
        fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (generated) => {
          const rows = generated.map((texts) =>
            Object.fromEntries(test.fields.map((field, index) => [field, texts[index]])),
          );
          const both = codecWith(spec, test.read, test.write);
          const writer = both.writer!();
          const parts = [
            writer.begin(),
            writer.write(rows.slice(0, 2)),
            writer.write(rows.slice(2)),
          ];
          const text = parts.join('') + writer.end();
          const result = await readAll(both, writer.bytes?.(text) ?? text, 7);
          assert.deepEqual(values(result), rows);
        }),
        { numRuns: 200 },
      );
    });
  });
}

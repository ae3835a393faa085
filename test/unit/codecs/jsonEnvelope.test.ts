import assert from 'node:assert/strict';
import { json } from '../../../core/codecs/json.ts';
import { limits } from '../../../core/limits.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { chunksOf, codecWith, readAll, values } from '../../contract/codec/readAll.ts';

const OPTIONS = { records: 'body.events', envelope: ['created', '@context', 'body.query'] };

describe('JSON: envelope', () => {
  it('is kept for each record, where it stood', async () => {
    const text =
      '{"@context":["a"],"other":{"created":1},"created":"2026-03-01","body":{"n":1,"query":12345678901234567890,"events":[{"id":1},{"id":2}],"next":null},"last":1}';
    const envelope = {
      '@context': ['a'],
      created: '2026-03-01',
      body: { query: '12345678901234567890' },
    };
    for (const size of [1, 7, 1_000]) {
      const result = await readAll(codecWith(json, OPTIONS), text, size);
      assert.equal(result.refused, undefined);
      assert.deepEqual(values(result), [
        { id: 1, '#envelope': envelope },
        { id: 2, '#envelope': envelope },
      ]);
    }
    const without = await readAll(codecWith(json, OPTIONS), '{"body":{"events":{"id":1}}}');
    assert.deepEqual(values(without), [{ id: 1, '#envelope': {} }]);
  });

  it('refuses the payload where it stands behind a record, comes twice, or is too much', async () => {
    const long = JSON.stringify('x'.repeat(limits.envelopeChars));
    const huge = JSON.stringify('x'.repeat(limits.recordBytes));
    for (const [text, code] of [
      ['{"body":{"events":[{"id":1}],\n"query":1}}', 'ENVELOPE_LATE'],
      ['{"body":{"events":[{"id":1}]},\n"created":1}', 'ENVELOPE_LATE'],
      [`{\n"created":${long},"body":{"events":[{"id":1}]}}`, 'PAYLOAD_TOO_LARGE'],
      [`{\n"created":${huge},"body":{"events":[{"id":1}]}}`, 'PAYLOAD_TOO_LARGE'],
      ['{"created":1,\n"created":1,"body":{"events":[{"id":1}]}}', 'JSON_DUPLICATE_KEY'],
    ] as const) {
      const { refused } = await readAll(codecWith(json, OPTIONS), text);
      assert.equal(refused?.code, code, text.slice(0, 60));
      assert.equal(refused.at?.line, 2);
    }
    const late = '{"body":{"events":[]},"created":1}';
    assert.deepEqual(await readAll(codecWith(json, OPTIONS), late), { records: [] });
  });

  it('stands around what is given back', async () => {
    const codec = codecWith(json, OPTIONS);
    const text =
      '{"created":1.50,"body":{"query":{"a":"ü"},"events":[{"id":1},{"id":"x"},{"id":}]}}';
    const reading = codec.read(chunksOf(Buffer.from(text), 1_000), { name: 'x' });
    const records: SourceRecord[] = [];
    for await (const batch of reading) records.push(...batch);
    const format = reading.rejects();
    const rejected = records.slice(1).map((record) => ({ record, fault: record.fault }));
    const file = Buffer.concat([await format.write(rejected), await format.end()]).toString();
    assert.match(file, /^\{"created":1\.50,"body":\{"query":\{"a":"ü"\},"events":\[\n/);
    const again = await readAll(codec, file.replace('"x"', '7'));
    assert.deepEqual(values(again), [
      { id: 7, '#envelope': { created: 1.5, body: { query: { a: 'ü' } } } },
    ]);
    assert.equal(again.records.length, 2);
  });

  it('is of the objects around the records', () => {
    for (const [options, message] of [
      [{ envelope: ['a'] }, /stands beside `records`/],
      [{ records: 'a.b', envelope: ['c.d'] }, /'c\.d' is no member of an object/],
      [{ records: 'a.b', envelope: ['a'] }, /'a' is no member/],
      [{ records: 'a.b', envelope: ['a.b'] }, /'a\.b' is no member/],
      [{ records: 'a.b', envelope: ['a.b.c'] }, /'a\.b\.c' is no member/],
    ] as const) {
      assert.throws(() => codecWith(json, options), message);
    }
  });
});

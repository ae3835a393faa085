/** What is rejected can be corrected where it lies and sent again, whatever the options. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Fault } from '../../core/errors.ts';
import type { Codec, SourceRecord } from '../../core/ports.ts';
import { chunksOf, codecWith, readAll } from '../contract/codec/readAll.ts';
import { patience, repeat, runs, seed } from '../runs.ts';
import { csvCase } from './csvCase.ts';
import { jsonCase } from './jsonCase.ts';
import type { PayloadCase } from './PayloadCase.ts';
import { CORRECTED, decoded, described, encoded, WRONG } from './PayloadCase.ts';
import { xmlCase } from './xmlCase.ts';

const FAULT: Fault = {
  code: 'EXPR_NOT_DECIMAL',
  message: `"x;,|" is not — a "number"\n'; # -- <&`,
};

/** Reads a payload and gives back the records that `wanted` picks, as the sender would find them. */
async function rejected(
  codec: Codec,
  bytes: Uint8Array,
  name: string,
  wanted: (index: number) => boolean,
): Promise<{ file: Uint8Array; records: SourceRecord[] }> {
  const reading = codec.read(chunksOf(bytes, 1_000), { name });
  const records: SourceRecord[] = [];
  const parts: Uint8Array[] = [];
  let format: ReturnType<typeof reading.rejects> | undefined;
  for await (const batch of reading) {
    for (const record of batch) {
      if (record.passedOver) continue;
      records.push(record);
      if (!wanted(records.length - 1)) continue;
      format ??= reading.rejects();
      parts.push(await format.write([{ record, fault: FAULT }]));
    }
  }
  if (format) parts.push(await format.end());
  return { file: Buffer.concat(parts), records };
}

async function holds(one: PayloadCase, picks: boolean[]): Promise<void> {
  const codec = codecWith(one.spec, one.options);
  const wanted = (index: number): boolean => picks[index % picks.length]!;
  const { file, records } = await rejected(codec, encoded(one.text, one), one.name, wanted);
  assert.deepEqual(
    records.map(({ value, fault }) => fault?.code ?? value),
    one.values,
    'the payload is read as it was written',
  );
  const expected = one.values.filter((_, index) => wanted(index));
  if (expected.length === 0) return;
  const again = await rejected(codec, file, one.name, () => true);
  const found = again.records.map(({ value, fault }) => fault?.code ?? value);
  assert.deepEqual(found, expected, `uncorrected: ${decoded(file, one.encoding)}`);
  const text = decoded(file, one.encoding).replaceAll(WRONG, CORRECTED);
  const corrected = await readAll(codec, encoded(text, one), 1_000, one.name);
  assert.equal(corrected.refused, undefined);
  const right = JSON.parse(JSON.stringify(expected).replaceAll(WRONG, CORRECTED));
  const values = corrected.records.filter(({ passedOver }) => !passedOver);
  assert.deepEqual(
    values.map(({ value, fault }) => fault?.code ?? value),
    right,
    'corrected',
  );
  // A second time: what was rejected again, and again.
  const twice = await rejected(codec, again.file, one.name, () => false);
  assert.deepEqual(
    twice.records.map(({ value }) => value),
    expected,
  );
}

describe('rejects can be corrected and sent again', function () {
  this.timeout(patience(1, 300));
  for (const [name, cases] of [
    ['csv', csvCase],
    ['json', jsonCase],
    ['xml', xmlCase],
  ] as const) {
    it(`${name}: whatever the options and the records`, async () => {
      const numRuns = runs(1, 300);
      const picks = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });
      const details = await fc.check(
        fc.asyncProperty(cases, picks, (one, some) => holds(one, some)),
        { numRuns, seed },
      );
      if (!details.failed) return;
      const [one, some] = details.counterexample ?? [];
      const example = one ? described(one) : '';
      assert.fail(`${repeat(numRuns)}\n${example}\n${some}\n${details.errorInstance}`);
    });
  }
});

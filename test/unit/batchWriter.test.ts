import assert from 'node:assert/strict';
import type { SpooledBatch } from '../../core/intake/BatchSpool.ts';
import { BatchWriter } from '../../core/intake/batchWriter.ts';
import { limits } from '../../core/limits.ts';
import type { BatchPart } from '../../core/message.ts';

describe('batches', () => {
  it('hold each command as it came, however long and in whatever letters', async () => {
    const texts = ['a', 'ä', '€', '😀', 'x'.repeat(70_000), '€'.repeat(50_000), '"\\'];
    const given: SpooledBatch[] = [];
    const facts = { origin: { intakeId: 'i', flow: 'f', name: 'naïve.csv' } };
    const writer = new BatchWriter(facts, 2, async (batch) => void given.push(batch));
    const sent = Array.from({ length: 40 }, (_, index) => texts[index % texts.length]!);
    for (const text of sent) await writer.addCommand(JSON.stringify({ text }), 1, 1);
    await writer.finish();
    const parts = given.map(({ part }) => JSON.parse(part.toString('utf8')) as BatchPart);
    assert.deepEqual(
      parts.flatMap(({ commands }) => commands),
      sent.map((text) => ({ text })),
    );
    assert.deepEqual([given[0]!.partition, given.at(-1)!.partition], [1, 0]);
    assert.ok(given.length > 3 && given.every(({ part }) => part.length < 4 * limits.batchBytes));
    assert.equal(parts.at(-1)!.batches, given.length);
    assert.equal(parts[0]!.origin.name, 'naïve.csv');
  });
});

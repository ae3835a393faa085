import assert from 'node:assert/strict';
import { batchText } from '../../../core/intake/batchText.ts';
import { commandQueue } from '../../../core/intake/publishBatches.ts';
import { keptLetter } from '../../../core/parked/keptLetter.ts';

describe('a dead letter', () => {
  it('of several payloads is found by each of them, and by what is in it', () => {
    const parts = ['one', 'two'].map((intakeId) => {
      const origin = { intakeId, flow: 'f', name: `${intakeId}.csv` };
      const commands = [{ id: `PO-${intakeId}`, data: { sku: 'A' } }];
      return { part: Buffer.from(JSON.stringify({ origin, index: 0, commands, parked: [] })) };
    });
    const { words, records } = keptLetter({
      ...{ id: 'one/0+1', queue: commandQueue(0), body: batchText(parts), reason: 'r' },
      ...{ deadAt: '2026-11-28T00:00:00.000Z', contentType: 'application/json' },
      ack: () => undefined,
    });
    assert.equal(records, 2);
    for (const word of ['one', 'one.csv', 'po-one', 'two', 'two.csv', 'po-two', 'a'])
      assert.ok(words.includes(word), word);
  });
});

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readBatch } from '../../../core/apply/readBatch.ts';
import { faultOf } from '../../../core/errors.ts';
import { BatchSeal } from '../../../core/intake/BatchSeal.ts';
import type { SpooledBatch } from '../../../core/intake/BatchSpool.ts';
import { batchText } from '../../../core/intake/batchText.ts';
import { BatchWriter, commandJson, sharedAttributes } from '../../../core/intake/batchWriter.ts';
import { contentOf } from '../../../core/message.ts';
import type { Delivery } from '../../../core/ports.ts';
import { newKey } from '../../../core/runtime.ts';

const own = new BatchSeal(newKey());
const other = new BatchSeal(newKey());

/** A batch of three receipts as intake makes it. */
const batchBy = async (seal?: BatchSeal): Promise<string> =>
  batchText([await partBy(seal)]).toString();

async function partBy(seal?: BatchSeal, intakeId = 'i'): Promise<SpooledBatch> {
  const batches: SpooledBatch[] = [];
  const shared = sharedAttributes('/flows/f', '2026-03-01T00:00:00.000Z', 'flow:f');
  const facts = { origin: { intakeId, flow: 'f', name: 'n' }, shared };
  const give = async (batch: SpooledBatch): Promise<void> => void batches.push(batch);
  const writer = new BatchWriter(facts, 1, give, seal);
  for (const id of ['R1', 'R2', 'R3']) {
    const type = 'stock.receive.v1';
    const data = { document: id, at: '2026-03-01T00:00:00.000Z', lines: [{ sku: 'A' }] };
    const dataJson = JSON.stringify(data);
    const contenthash = hash('sha256', contentOf(type, dataJson));
    const message = { type, id, data, dataJson, contenthash, record: 1, records: 1, members: [] };
    writer.addCommand(commandJson(message as never, JSON.stringify(id)), 0, 1);
  }
  await writer.finish();
  return batches[0]!;
}

/** Which commands are looked at, and which are refused for what. */
function readBy(text: string, seal?: BatchSeal) {
  const looked: string[] = [];
  const delivery = { body: Buffer.from(text), redeliveries: 0 } as unknown as Delivery;
  const check = ({ data }: { data: unknown }): undefined => {
    looked.push((data as { document: string }).document);
  };
  const [part, ...more] = readBatch(delivery, check, seal).batches;
  assert.deepEqual(more, []);
  const refused = part!.parked.map(({ messageId, faults }) => [messageId, faults[0]!.code]);
  return { looked, refused, digest: part!.digest, ids: part!.commands.map(({ id }) => id) };
}

describe('the seal of a batch', () => {
  const all = ['R1', 'R2', 'R3'];

  it('is of commands whose envelopes are whole, though their part says once what they share', async () => {
    const text = await batchBy();
    const delivery = { body: Buffer.from(text), redeliveries: 0 } as unknown as Delivery;
    const [part] = readBatch(delivery, () => undefined).batches;
    const { commands, ...rest } = part!;
    assert.deepEqual(Object.keys(rest).includes('shared'), false);
    for (const { data: _, id, contenthash, ...envelope } of commands) {
      assert.ok(all.includes(id) && contenthash.length === 64);
      assert.deepEqual(envelope, {
        ...{ specversion: '1.0', source: '/flows/f', type: 'stock.receive.v1', record: 1 },
        ...{ time: '2026-03-01T00:00:00.000Z', datacontenttype: 'application/json' },
        actor: 'flow:f',
      });
    }
    const without = { ...delivery, body: Buffer.from(text.replace('"shared"', '"other"')) };
    assert.throws(() => readBatch(without, () => undefined), /command 1 has no envelope/);
  });

  it('spares a second look at what the same process took in, and at nothing else', async () => {
    const sealed = await batchBy(own);
    assert.deepEqual(readBy(sealed, own).looked, []);
    for (const [text, seal] of [
      [await batchBy(other), own],
      [sealed, undefined],
      [await batchBy(), own],
    ] as const) {
      assert.deepEqual(readBy(text, seal).looked, all);
    }
    const digests = new Set(
      [sealed, await batchBy(other), await batchBy()].map((text) => readBy(text).digest),
    );
    assert.equal(digests.size, 1, 'a batch is known again, whoever sealed it');
  });

  it('breaks with any change of the batch, wherever it stands', async () => {
    const sealed = await batchBy(own);
    const altered = sealed.replace('"document":"R2"', '"document":"R9"');
    assert.deepEqual(readBy(altered, own), {
      ...readBy(altered),
      ids: ['R1', 'R3'],
      refused: [['R2', 'CONTENT_ALTERED']],
    });
    const twice = sealed.replace(
      /\]\}$/,
      `,${sealed.slice(sealed.indexOf('"parts":[') + 9, -2)}]}`,
    );
    assert.notEqual(twice, sealed);
    const delivery = { body: Buffer.from(twice), redeliveries: 0 } as unknown as Delivery;
    let looked = 0;
    const count = (): undefined => {
      looked += 1;
    };
    assert.equal(readBatch(delivery, count, own).batches.length, 2);
    assert.equal(looked, 6);
    const hidden = sealed.replace('"parts":[', '"p\\u0061rts":[{}],"parts":[');
    assert.deepEqual(readBy(hidden, own).ids, all, 'of two lists the one that is sealed counts');
  });

  /** Of a joined batch: what was looked at by part, which are unreadable, and how each is known. */
  function readJoined(text: string) {
    const looked: string[] = [];
    const delivery = { id: 'd', body: Buffer.from(text), redeliveries: 0 } as unknown as Delivery;
    const check = ({ data }: { data: unknown }): undefined => {
      looked.push((data as { document: string }).document);
    };
    const { batches, unreadable } = readBatch(delivery, check, own);
    return {
      looked,
      parts: batches.map(({ origin, digest }) => `${origin.intakeId} ${digest}`),
      unreadable: unreadable.map(({ id, error }) => `${id} ${faultOf(error).code}`),
    };
  }

  it('is of each of several parts alone, which is known as it is without the others', async () => {
    const [a, b, c] = [await partBy(own, 'a'), await partBy(other, 'b'), await partBy(own, 'c')];
    const alone = [a, b, c].flatMap((part) => readJoined(batchText([part]).toString()).parts);
    const joined = batchText([a, b, c]).toString();
    assert.deepEqual(readJoined(joined), { looked: all, parts: alone, unreadable: [] });
    // No part takes the place of another that was sealed.
    const { bytes } = JSON.parse(joined).joined[0];
    assert.throws(() => readJoined(joined.replace(`:${bytes}`, `:${bytes + 1}`)), /other lengths/);
    const { parts, ...head } = JSON.parse(joined);
    const hidden = `${JSON.stringify({ ...head, x: { parts } }).slice(0, -1)},"parts":${JSON.stringify(parts)}}`;
    assert.throws(() => readJoined(hidden));
  });

  it('saves no part that is none, and such a one spoils no other', async () => {
    const [a, c] = [await partBy(own, 'a'), await partBy(own, 'c')];
    const bad = ['{"origin":', '7', '{"index":0}'].map((text) => ({ part: Buffer.from(text) }));
    const read = readJoined(batchText([a, ...bad, c]).toString());
    assert.deepEqual(read, {
      looked: [],
      parts: [a, c].flatMap((part) => readJoined(batchText([part]).toString()).parts),
      unreadable: ['d#1 INTERNAL', 'd#2 MESSAGE_INVALID', 'd#3 MESSAGE_INVALID'],
    });
  });
});

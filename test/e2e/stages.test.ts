/** Flows that wait: for each other, for the rest of a document, for a time. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDecimal } from '../../core/decimal.ts';
import type { RecordValue } from '../../core/ports.ts';
import { uuidV7 } from '../../core/runtime.ts';
import { type HubRun, startHub, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { stageQueues } from './stageQueues.ts';

const AT = '2026-01-05T08:00:00Z';
async function* bytes(value: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(value));
}

describePairs('stages', (pair) => {
  let place: Workplace;
  let run: HubRun;

  beforeEach(async () => {
    place = await pair.workplace();
    run = await startHub('stages', place);
  });
  afterEach(async () => {
    await run?.close();
    await place.remove(stageQueues);
  });

  const send = (flow: string, record: RecordValue) => {
    const origin = { intakeId: uuidV7(Date.now()), flow, name: `/${flow}` };
    return run.hub.accept(flow, { origin, body: bytes([record]) });
  };
  const despatch = (number: string, quantity: string) =>
    send('despatches', { number, lines: [{ line: '1', sku: 'TEA', quantity }] });
  const receipt = (number: string, despatch: string) =>
    send('receipts', { number, despatch, at: AT });
  const drop = (name: string, ...rows: string[]) => {
    const text = ['doc,at,sku,place,qty,total', ...rows].join('\n');
    return writeFile(join(place.data, 'in', name), `${text}\n`);
  };

  async function stock(): Promise<string[]> {
    const { rows } = await run.store.stock({}, { limit: 100 });
    return rows.map(({ sku, place, onHand }) => `${sku} ${place} ${formatDecimal(onHand)}`);
  }
  const booked = (count: number) =>
    until(`${count} documents`, async () => {
      const { rows } = await run.store.ledger({}, { limit: 100 });
      return new Set(rows.map(({ document }) => document)).size >= count;
    });
  const parked = () =>
    until('what is parked', async () => {
      const { rows } = await run.store.parked({}, { limit: 10 });
      return rows.length > 0 && rows;
    });
  const restart = async (): Promise<void> => {
    await run?.close();
    run = await startHub('stages', place);
  };

  it('book a receipt as it was despatched, whichever of the two came first', async () => {
    await despatch('D1', '5');
    assert.equal((await receipt('R1', 'D1')).handed, 1);
    await booked(1);
    await receipt('R2', 'D2');
    await despatch('D2', '7');
    await booked(2);
    assert.deepEqual(await stock(), ['TEA A 12']);
    await receipt('R1', 'D1');
    await receipt('R3', 'D2');
    await booked(3);
    assert.deepEqual(await stock(), ['TEA A 19']);
  });

  it('park a record whose counterpart does not come, as it was read', async () => {
    await receipt('R1', 'D9');
    await restart();
    const [found] = await parked();
    assert.deepEqual(
      [found!.faults[0]!.code, found!.origin.flow, found!.origin.name, found!.record],
      ['AWAIT_MISSING', 'receipts', '/receipts', 1],
    );
    assert.deepEqual(JSON.parse(found!.content), [
      { record: 1, line: 1, value: { number: 'R1', despatch: 'D9', at: AT } },
    ]);
    assert.deepEqual((await run.store.staged({}, { limit: 9 })).rows.length, 1);
  });

  it('make one document of rows of two files, over a restart', async () => {
    await drop('parts-1.csv', `G1,${AT},TEA,A,2,3`, `G1,${AT},CUP,A,1,3`, `G2,${AT},TEA,A,9,5`);
    await until(
      'the first file',
      async () => (await run.store.staged({}, { limit: 9 })).rows.length === 2,
    );
    await restart();
    await drop('parts-2.csv', `G1,${AT},MUG,B,4,3`);
    await booked(1);
    assert.deepEqual(await stock(), ['CUP A 1', 'MUG B 4', 'TEA A 2']);
    const [found] = await parked();
    assert.deepEqual([found!.faults[0]!.code, found!.record], ['GROUP_INCOMPLETE', 3]);
  });

  it('hold records back until their time, one stage after another', async () => {
    const release = new Date(Date.now() + 1_500).toISOString();
    await send('later', { number: 'L1', at: AT, sku: 'TEA', quantity: '1', release });
    await send('later', { number: 'L2', at: AT, sku: 'TEA', quantity: '1', release: AT });
    await booked(1);
    assert.deepEqual(await stock(), ['TEA A 2']);
    await restart();
    await booked(2);
    assert.ok(Date.now() >= Date.parse(release));
    assert.deepEqual(await stock(), ['TEA A 4']);
    await send('later', { number: 'L3', at: AT, sku: 'TEA', quantity: '1' });
    const [found] = await parked();
    assert.equal(found!.faults[0]!.code, 'RECORD_INVALID');
  });

  it('park as a whole what the leg behind refuses: nobody is there to send it again', async () => {
    const lines = Array.from({ length: 200 }, (_, index) => {
      return { no: `T${index}`, at: AT, sku: 'x'.repeat(1_000), qty: 'x' };
    });
    await send('torn', { lines });
    const [found, ...others] = await parked();
    assert.deepEqual(others, []);
    assert.deepEqual([found!.faults[0]!.code, found!.record], ['PAYLOAD_REFUSED', 1]);
    assert.deepEqual(JSON.parse(found!.content)[0].value, { lines });
    assert.ok(!run.lines.some(({ event }) => event === 'stage.held'));
  });
});

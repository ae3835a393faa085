/** What a flow says of packed payloads, and what intake makes of them. */
import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { writeRecords } from '../../../core/deliver/writeRecords.ts';
import { sinksOf } from '../../../core/flow/compiledFlow.ts';
import { takeIn } from '../../../core/intake.ts';
import type { Broker } from '../../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../../core/runtime.ts';
import { zipOf } from '../../contract/codec/zipOf.ts';
import { testSpool } from '../../testSpool.ts';
import { inbound, lint, load, receipts } from './hubFolder.ts';

const flow = (read: string): string =>
  receipts(
    `- map: { document: Doc, sku: Sku, location: '"W"', quantity: '$decimal(Qty, ",")', at: '"2026-03-31T00:00:00Z"' }`,
    'key: Doc\nto: stock.receive.v1',
  ).replace('read: csv', `read: ${read}`);

/** Through intake, spooled to a disk at once. */
async function take(read: string, name: string, bytes: Uint8Array) {
  const broker = { publish: async () => undefined } as unknown as Broker;
  const rejects: Uint8Array[] = [];
  const parts = {
    broker,
    runtime: systemRuntime(),
    partitions: 1,
    spool: testSpool({ memoryBytes: 10 }),
  };
  const receipt = await takeIn(parts, await inbound(flow(read)), {
    origin: { intakeId: uuidV7(Date.UTC(2026, 2, 1)), flow: 'receipts', name },
    body: (async function* () {
      yield bytes.subarray(0, 20);
      yield bytes.subarray(20);
    })(),
    rejects: { write: async (chunk) => void rejects.push(chunk) },
  });
  return { receipt, rejects: Buffer.concat(rejects) };
}

describe('payloads that come packed', () => {
  it('are booked as what is in them, and their faults name entry and line', async () => {
    const { receipt, rejects } = await take(
      '{ unpack: { zip: { entries: "*.csv" } }, csv: {} }',
      'day.zip',
      zipOf({
        'a.csv': 'Doc,Sku,Qty\nD1,A,1\n',
        'readme.txt': 'x',
        'b.csv': 'Doc,Sku,Qty\nD2,A,2\nD3,A,x\n',
      }),
    );
    assert.deepEqual([receipt.records, receipt.messages, receipt.parked], [3, 2, 1]);
    assert.deepEqual(receipt.passedOver, { 'readme.txt': 1 });
    assert.deepEqual(
      receipt.faults.map(({ code, at }) => [code, at]),
      [['EXPR_NOT_DECIMAL', { file: 'day.zip/b.csv', record: 3, line: 3, field: 'quantity' }]],
    );
    const corrected = await take('{ unpack: zip, csv: {} }', 'day.rejected.zip', rejects);
    assert.deepEqual([corrected.receipt.records, corrected.receipt.parked], [1, 1]);
    assert.equal(corrected.receipt.faults[0]?.at?.file, 'day.rejected.zip/b.csv');
  });

  it('are refused whole where they are damaged, and a key comes once in all entries', async () => {
    const text = 'Doc,Sku,Qty\nD1,A,1\n';
    const cut = gzipSync(text).subarray(0, -4);
    await assert.rejects(take('{ unpack: gzip, csv: {} }', 'a.csv.gz', cut), {
      code: 'PACKED_BROKEN',
      message: `it ends within what gzip packed, after ${cut.length} bytes`,
    });
    const { receipt } = await take(
      '{ unpack: zip, csv: {} }',
      'a.zip',
      zipOf({ a: text, b: text }),
    );
    assert.deepEqual([receipt.messages, receipt.parked], [0, 2]);
    assert.equal(receipt.faults[0]?.code, 'KEY_REPEATED');
  });

  it('go out with the name and the type of what they are packed in', async () => {
    const { flows } = await load({
      'flows/feed.yaml':
        'flow: feed\nfrom: stock.changed.v1\nwrite: { pack: gzip, csv: { eol: lf } }\nto: { folder: outbox }\n',
    });
    const { write } = flows.flatMap(sinksOf)[0]!;
    assert.deepEqual([write.contentType, write.extension], ['application/gzip', 'csv.gz']);
    const bytes = Buffer.concat(writeRecords(write.codec, [{ sku: 'A' }]));
    assert.equal(gunzipSync(bytes).toString(), 'sku\nA\n');
  });

  it('are said in words that lint knows', async () => {
    const faults = async (read: string): Promise<string[]> =>
      lint({ 'flows/receipts.yaml': flow(read) });
    assert.match(
      (await faults('{ unpack: gzp, csv: {} }')).join(),
      /'gzp' is not a packing; did you mean 'gzip'/,
    );
    assert.match(
      (await faults('{ unpack: { zip: { entry: a } }, csv: {} }')).join(),
      /'entry' is not a field of zip; known here: entries/,
    );
    assert.match(
      (await faults('{ unpack: gzip }')).join(),
      /nothing stands here where a format is expected/,
    );
    assert.match((await faults('{ pack: gzip, csv: {} }')).join(), /'pack' is not a field/);
    const out =
      'flow: feed\nfrom: stock.changed.v1\nwrite: { pack: zip, csv: {} }\nto: { folder: outbox }\n';
    assert.match((await lint({ 'flows/feed.yaml': out })).join(), /'zip' is not one of gzip, zstd/);
  });
});

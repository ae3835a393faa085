/** Payloads whose records are split into parts of documents: what of them waits in the spool. */
import assert from 'node:assert/strict';
import { takeIn } from '../../core/intake.ts';
import type { CommandBatch } from '../../core/message.ts';
import type { Broker, BrokerMessage, RecordValue } from '../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../core/runtime.ts';
import { SpoolBytes, spoolPlaces } from '../testSpool.ts';
import { inbound } from './flow/hubFolder.ts';

const LINES = 1_000;
/** The part of the last line joins that of the first; another one is bad. */
const APART = LINES - 1;
const BAD = 500;

const lines = Array.from({ length: LINES }, (_, index) => ({
  no: `N${index === APART ? 0 : index}`,
  sku: `SKU-${index}`,
  location: 'BER',
  quantity: index === BAD ? 'none' : index + 1,
}));

const flowOf = (steps: string, line: string, key: string) => `flow: receipts
from: { folder: inbox }
read: json
steps:
${steps}
  - map:
      document: ${line}no
      at: '"2026-03-31T08:30:00.000Z"'
      sku: ${line}sku
      location: ${line}location
      quantity: $decimal(${line}quantity)
  - group: { by: document }
key: ${key}
to: stock.receive.v1
`;

/** By how the payload holds its lines: its text, and a flow that takes them apart. */
const shapes: Record<string, { payload: RecordValue; flow: string }> = {
  'a record of many lines': {
    payload: { at: '2026-03-31', lines },
    flow: flowOf('  - split: lines', '', 'no'),
  },
  'a record of many lines, kept as a whole beside each': {
    payload: { at: '2026-03-31', lines },
    flow: flowOf('  - split: { path: lines, parent: around }', '', 'no'),
  },
  'a record of many orders of one line, each kept beside it': {
    payload: { at: '2026-03-31', orders: lines.map((line) => ({ lines: [line] })) },
    flow: flowOf(
      '  - split: { path: orders, parent: day }\n  - split: { path: lines, parent: order }',
      '',
      'no',
    ),
  },
  'a record that was mapped before': {
    payload: { at: '2026-03-31', data: { lines } },
    flow: flowOf('  - map: { rows: data.lines, more: data }\n  - split: rows', '', 'no'),
  },
};

async function take(flow: string, payload: RecordValue, spool: SpoolBytes) {
  const sent: BrokerMessage[] = [];
  const broker = {
    publish: async (batch: readonly BrokerMessage[]) => {
      sent.push(...batch);
    },
  } as Broker;
  const text = Buffer.from(JSON.stringify(payload));
  const receipt = await takeIn(
    { broker, runtime: systemRuntime(), partitions: 1, spool },
    await inbound(flow),
    {
      origin: { intakeId: uuidV7(Date.UTC(2026, 2, 31)), flow: 'receipts', name: 'day.json' },
      body: (async function* () {
        yield text;
      })(),
    },
  );
  const batches = sent.flatMap(
    ({ body }) => (JSON.parse(Buffer.from(body).toString('utf8')) as CommandBatch).parts,
  );
  return { receipt, batches, text };
}

describe('a record that was split into many documents', () => {
  for (const [shape, { payload, flow }] of Object.entries(shapes)) {
    for (const [place, bounds] of Object.entries(spoolPlaces)) {
      it(`${shape}, ${place}: is spooled a few times, not for each of them`, async () => {
        const spool = new SpoolBytes(bounds);
        const { receipt, batches, text } = await take(flow, payload, spool);
        assert.ok(spool.bytes < 25 * text.length, `wrote ${spool.bytes / text.length} times`);
        assert.ok(spool.bytesRead < 40 * text.length, `read ${spool.bytesRead / text.length}`);
        assert.deepEqual([receipt.messages, receipt.parked], [LINES - 2, 1]);

        const documents = batches
          .flatMap(({ commands }) => commands as unknown as { data: Receipted }[])
          .map(({ data }) => [data.document, data.lines.map(({ quantity }) => quantity)]);
        const expected = lines
          .slice(0, APART)
          .filter((_, index) => index !== BAD)
          .map(({ no, quantity }) => [no, no === 'N0' ? ['1', `${LINES}`] : [`${quantity}`]]);
        assert.deepEqual(documents, expected);

        const [parked] = batches.flatMap((batch) => batch.parked);
        assert.equal(parked?.faults[0]?.code, 'EXPR_NOT_DECIMAL');
        assert.deepEqual(JSON.parse(parked.content)[0].value, payload);
      });
    }
  }

  it('is read for its documents also when each takes lines of many, up to a bound', async () => {
    const few = Array.from({ length: 100 }, (_, index) => ({ ...lines[index]!, quantity: '1' }));
    const payload = { days: [1, 2, 3].map((day) => ({ day, lines: few })) };
    const flow = flowOf('  - split: lines', '', 'no').replace(
      'json',
      '{ json: { records: days } }',
    );
    const { batches } = await take(flow, payload, new SpoolBytes({ memoryBytes: 0 }));
    const documents = batches.flatMap(
      ({ commands }) => commands as unknown as { data: Receipted }[],
    );
    assert.deepEqual(
      documents.map(({ data }) => [data.document, data.lines.length]),
      few.map(({ no }) => [no, 3]),
    );
    const bounded = new SpoolBytes({ memoryBytes: 0, rereadBytes: 100_000 });
    await assert.rejects(take(flow, payload, bounded), /far apart/);
    assert.ok(bounded.bytesRead < 1_000_000, `read ${bounded.bytesRead}`);
  });
});

describe('what stands around the records of a payload', () => {
  const payload = { head: { no: 'D', note: 'x'.repeat(30_000) }, lines };
  const read = '{ json: { records: lines, envelope: [head] } }';
  const key = '$.`#envelope`.head.no & "/" & no';
  const flows: Record<string, string> = {
    'with rows that are gathered': flowOf('  - filter: sku != "none"', '', key),
    'with rows that keep it while they are mapped': flowOf('  - set: { more: sku }', '', key),
    'with rows that are split': flowOf(
      '  - set: { rows: $ }\n  - split: { path: rows, parent: around }',
      '',
      'around.`#envelope`.head.no & "/" & no',
    ),
    'with rows that are messages': flowOf(
      '  - set: { more: sku }',
      '',
      `${key} & "/" & sku`,
    ).replace('  - group: { by: document }\n', ''),
  };
  for (const [shape, flow] of Object.entries(flows)) {
    it(`${shape}, is spooled a few times, not with each of them`, async () => {
      const made: unknown[] = [];
      for (const bounds of Object.values(spoolPlaces)) {
        const spool = new SpoolBytes(bounds);
        const of = flow.replace('read: json', `read: ${read}`);
        const { receipt, batches, text } = await take(of, payload, spool);
        assert.ok(spool.bytes < 25 * text.length, `wrote ${spool.bytes / text.length} times`);
        assert.ok(spool.bytesRead < 40 * text.length, `read ${spool.bytesRead / text.length}`);
        made.push([
          receipt.messages,
          receipt.parked,
          batches.flatMap(({ commands }) =>
            commands.map(({ id, contenthash }) => [id, contenthash]),
          ),
          batches.flatMap(({ parked }) => parked.map(({ content }) => JSON.parse(content))),
        ]);
      }
      const [first, ...others] = made as [[number, number, [string][], unknown[][]]];
      assert.ok(first[0] > 900 && first[1] > 0);
      assert.equal(first[2][1]![0].split('/')[0], 'D');
      assert.match(JSON.stringify(first[3][0]), /"#envelope":\{"head":\{"no":"D"/);
      for (const other of others) assert.deepEqual(other, first);
    });
  }
});

interface Receipted {
  document: string;
  lines: { quantity: string }[];
}

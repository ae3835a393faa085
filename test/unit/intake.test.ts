import assert from 'node:assert/strict';
import type { Code } from '../../core/errors.ts';
import type { InboundFlow, InboundMessage, InboundParked } from '../../core/flow/compiledFlow.ts';
import { takeIn } from '../../core/intake.ts';
import { limits } from '../../core/limits.ts';
import type { CommandBatch } from '../../core/message.ts';
import type { Broker, BrokerMessage, ReadContext, Receipt } from '../../core/ports.ts';
import { systemRuntime } from '../../core/runtime.ts';

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
}

/** What a payload of these messages and parked records becomes. */
async function taken(
  messages: Partial<InboundMessage>[],
  parked: Partial<InboundParked>[],
  allow: readonly Code[] = [],
  contentType?: string,
): Promise<{
  context: ReadContext | undefined;
  receipt: Receipt;
  batches: CommandBatch[];
  largest: number;
}> {
  const sent: BrokerMessage[] = [];
  const broker = {
    publish: async (batch: readonly BrokerMessage[]) => {
      sent.push(...batch);
    },
  } as Broker;
  const facts = { record: 1, records: 1, members: [], contenthash: '', type: 'stock.receive.v1' };
  const result = {
    messages: messages.map((message) => ({ ...facts, ...message })),
    parked: parked.map((one) => ({ ...facts, faults: [], ...one })),
    filtered: 0,
  };
  const none = { messages: [], parked: [], filtered: 0 };
  let context: ReadContext | undefined;
  const flow = {
    name: 't',
    allow,
    read: {
      codec: {
        read: async function* (_body: unknown, given: ReadContext) {
          context = given;
          yield [];
        },
      },
    },
    makeRun: () => ({ push: () => result, flush: () => none }),
  } as unknown as InboundFlow;
  const receipt = await takeIn({ broker, runtime: systemRuntime(), partitions: 1 }, flow, {
    origin: { intakeId: 'i1', flow: 't', name: 't' },
    ...(contentType === undefined ? {} : { contentType }),
    body: emptyBody(),
  });
  return {
    context,
    receipt,
    batches: sent.map(({ body }) => JSON.parse(Buffer.from(body).toString('utf8'))),
    largest: Math.max(...sent.map(({ body }) => body.byteLength)),
  };
}

describe('intake', () => {
  const small = { id: 'small', data: {}, dataJson: '{}' } as Partial<InboundMessage>;

  it('tells the codec what the transport says of the payload', async () => {
    const { context } = await taken([small], [], [], 'text/csv; charset=windows-1252');
    assert.deepEqual(context, { name: 't', contentType: 'text/csv; charset=windows-1252' });
  });

  it('parks a document that the broker could not carry, and takes the others in', async () => {
    const dataJson = JSON.stringify({ lines: '€'.repeat(limits.documentBytes / 2) });
    const { receipt, batches } = await taken([{ ...small, id: 'large', dataJson }, small], []);
    assert.deepEqual([receipt.records, receipt.messages, receipt.parked], [2, 1, 1]);
    assert.match(receipt.faults[0]?.message ?? '', /the document large has \d+ bytes/);
    const ids = batches.flatMap(({ commands }) => commands.map(({ id }) => id));
    assert.deepEqual(ids, ['small']);
  });

  it('shortens what it parks to what the broker can carry, counted in bytes', async () => {
    for (const text of [
      '€'.repeat(limits.documentBytes / 2),
      '"'.repeat(limits.documentBytes / 2),
    ]) {
      const members = [{ record: 1, value: { text } }];
      const { receipt, largest } = await taken([small], [{ members }]);
      assert.equal(receipt.parked, 1);
      assert.ok(largest < limits.brokerMessageBytes, `${largest} bytes`);
    }
  });

  it('tells each hint once, with its first place and how often it came, unless the flow allows it', async () => {
    const told = (record: number) => [
      { code: 'COST_MISSING' as const, message: 'no cost', at: { record } },
      { code: 'DATE_IN_FUTURE' as const, message: 'in 2062', at: { record } },
    ];
    const messages = [
      { ...small, id: 'a', told: told(3) },
      { ...small, id: 'b', told: told(7) },
    ];
    const both = (await taken(messages, [])).receipt.told;
    assert.deepEqual(
      both.map(({ code, at, count }) => [code, at?.file, at?.record, count]),
      [
        ['COST_MISSING', 't', 3, 2],
        ['DATE_IN_FUTURE', 't', 3, 2],
      ],
    );
    const { receipt } = await taken(messages, [], ['COST_MISSING']);
    assert.deepEqual(
      receipt.told.map(({ code }) => code),
      ['DATE_IN_FUTURE'],
    );
    assert.deepEqual([receipt.messages, receipt.parked], [2, 0]);
  });
});

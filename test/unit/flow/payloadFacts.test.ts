/** `$payload`: what a flow reads of the payload itself, and documents without a date of their own. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readBatch } from '../../../core/apply/readBatch.ts';
import { isSecretHeader } from '../../../core/intake/aboutPayload.ts';
import { takeIn } from '../../../core/intake.ts';
import type { Command, CommandBatch } from '../../../core/message.ts';
import type { Broker, BrokerMessage, Delivery, Payload } from '../../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../../core/runtime.ts';
import { testSpool } from '../../testSpool.ts';
import { inbound, lint, load, receipts } from './hubFolder.ts';

const flowWith = (map: string, rest = 'key: Doc\nto: stock.receive.v1', names = ''): string =>
  receipts(
    `- map: { document: Doc, sku: Sku, location: '"W"', quantity: "1", ${map} }`,
    rest,
  ).replace('steps:', `${names}steps:`);

const first = Date.UTC(2026, 2, 1, 8);

interface Came {
  text?: string;
  at?: number;
  bounds?: { memoryBytes: number };
  more?: Partial<Payload>;
}

/** The commands that apply reads of what intake made of the payload. */
async function commandsOf(yaml: string, { text = 'Doc,Sku\nD1,A\n', at = first, ...came }: Came) {
  const sent: BrokerMessage[] = [];
  const broker = {
    publish: async (batch: readonly BrokerMessage[]) => void sent.push(...batch),
  } as unknown as Broker;
  async function* body() {
    for (const byte of text) yield Buffer.from(byte);
  }
  const origin = { intakeId: uuidV7(at), flow: 'receipts', name: 'stock_20260301.csv' };
  const parts = { broker, runtime: systemRuntime(), partitions: 1, spool: testSpool(came.bounds) };
  const receipt = await takeIn(parts, await inbound(yaml), {
    origin,
    body: body(),
    ...came.more,
  });
  assert.deepEqual(receipt.faults, []);
  const asSent = sent.flatMap(({ body: of }) =>
    (JSON.parse(Buffer.from(of).toString()) as CommandBatch).parts.flatMap((part) => part.commands),
  );
  const read = sent.flatMap(({ body: of }) =>
    readBatch(
      { body: of, redeliveries: 0 } as unknown as Delivery,
      () => undefined,
    ).batches.flatMap((part) => [...part.commands, ...part.parked]),
  );
  return { asSent: asSent as Command[], read: read as Command[] };
}

const dataOf = ({ data }: { data: unknown }) => data as Record<string, unknown>;

describe('$payload', () => {
  it('has the name of the file, its change, the headers and the time at which it came', async () => {
    const { read } = await commandsOf(
      flowWith(
        "reference: $from, partner: '$payload.headers.`x-topic`', at: $payload.modified",
        undefined,
        "let: { from: '$substring($payload.file, 6, 8)' }\n",
      ),
      {
        more: {
          modified: Date.UTC(2026, 1, 28),
          headers: { 'x-topic': 'stock', authorization: 'secret' },
        },
      },
    );
    const { reference, partner, at } = dataOf(read[0]!);
    assert.deepEqual([reference, partner, at], ['20260301', 'stock', '2026-02-28T00:00:00.000Z']);
  });

  it('tells nothing that proves who sends it', async () => {
    const { read } = await commandsOf(
      flowWith('reference: $payload.headers.authorization, at: $payload.received'),
      { more: { headers: { authorization: 'Bearer secret' } } },
    );
    assert.equal(dataOf(read[0]!).reference, undefined);
  });

  for (const memoryBytes of [1_000_000, 4]) {
    it(`has the hash of the bytes, with ${memoryBytes} of them in memory`, async () => {
      const text = 'Doc,Sku\nD1,A\nD1,B\n';
      const key = 'key: $payload.sha256 & "/" & $row\nto: stock.receive.v1';
      const { read } = await commandsOf(flowWith('at: $payload.received', key), {
        text,
        bounds: { memoryBytes },
      });
      const sha256 = hash('sha256', text);
      assert.deepEqual(
        read.map(({ id }) => id),
        [`${sha256}/1`, `${sha256}/2`],
      );
    });
  }
});

describe('a document without a date of its own', () => {
  const yaml = flowWith('at: $payload.received');

  it('is dated when it came, and is the same content whenever it comes again', async () => {
    const once = await commandsOf(yaml, {});
    const again = await commandsOf(yaml, { at: first + 86_400_000 });
    assert.equal(dataOf(once.read[0]!).at, '2026-03-01T08:00:00.000Z');
    assert.equal(dataOf(again.read[0]!).at, '2026-03-02T08:00:00.000Z');
    assert.equal(once.read[0]!.contenthash, again.read[0]!.contenthash);
    assert.deepEqual(once.asSent[0]!.data, again.asSent[0]!.data);
    const other = await commandsOf(yaml, { text: 'Doc,Sku\nD1,B\n' });
    assert.notEqual(once.read[0]!.contenthash, other.read[0]!.contenthash);
  });

  it('keeps a date that only some have in what they say', async () => {
    const some = flowWith("at: '$exists(Day) ? $date(Day) : $payload.received'").replace(
      'read: csv',
      'read: json',
    );
    const text = '[{"Doc":"D1","Sku":"A"},{"Doc":"D2","Sku":"A","Day":"2026-02-01"}]';
    const once = await commandsOf(some, { text });
    assert.deepEqual(
      once.asSent.map(({ data, enriched }) => [dataOf({ data }).at, enriched]),
      [
        [undefined, { at: '2026-03-01T08:00:00.000Z' }],
        ['2026-02-01T00:00:00.000Z', undefined],
      ],
    );
  });

  it('is not altered on its way by anything beside its data but that date', async () => {
    const { asSent } = await commandsOf(yaml, {});
    const read = (enriched: object) => {
      const origin = { intakeId: 'i', flow: 'f', name: 'n' };
      const commands = [{ ...asSent[0]!, specversion: '1.0', source: '/flows/f', time: 't' }];
      Object.assign(commands[0]!, { actor: 'flow:f', enriched });
      const part = { origin, index: 0, records: 1, filtered: 0, commands, parked: [] };
      const body = Buffer.from(JSON.stringify({ v: 1, parts: [part] }));
      const delivery = { body, redeliveries: 0 } as unknown as Delivery;
      const [one] = readBatch(delivery, () => undefined).batches;
      return one!.parked.map(({ faults }) => faults[0]!.code);
    };
    assert.deepEqual(read({ at: '2026-03-01T08:00:00.000Z' }), []);
    assert.deepEqual(read({ at: 5 }), ['FIELD_RESERVED']);
    assert.deepEqual(read({ at: '2026-03-01T08:00:00.000Z', sku: 'B' }), ['FIELD_RESERVED']);
  });
});

describe('lint of $payload', () => {
  it('knows its fields, and that the time at which it came is a clock', async () => {
    const faults = await lint({
      'flows/receipts.yaml': receipts(
        `- filter: $payload.received > Day
- map: { document: $payload.fil, at: $payload.received, sku: Sku, location: $string($payload), quantity: "1" }`,
        'key: Doc & "/" & $payload.received\nto: stock.receive.v1',
      ),
    });
    assert.deepEqual(
      faults.map((fault) => fault.split('; ')[0]),
      [
        "flows/receipts.yaml:5:13 FLOW_CHANGES_ON_REPLAY '$payload.received' gives another time at every replay",
        "flows/receipts.yaml:6:31 FLOW_UNKNOWN_FIELD '$payload' has no 'fil'",
        "flows/receipts.yaml:6:87 FLOW_BAD_EXPRESSION '$payload' is no value itself",
        "flows/receipts.yaml:7:18 FLOW_CHANGES_ON_REPLAY '$payload.received' gives another time at every replay",
      ],
    );
  });

  it('tells of that time in any field but the date', async () => {
    const hints = async (map: string) =>
      (await load({ 'flows/receipts.yaml': flowWith(map) })).hints.map(({ code }) => code);
    assert.deepEqual(await hints('at: $payload.received'), []);
    assert.deepEqual(await hints('at: $date(Day), reference: $payload.received'), [
      'FLOW_CLOCK_IN_DOCUMENT',
    ]);
  });

  const told = async (files: string) =>
    (await load({ 'flows/receipts.yaml': files })).hints.map(
      ({ code, at }) => `${at?.line} ${code}`,
    );
  const at = (text: string) => flowWith(`at: '${text}'`);

  it('tells of a date that is made of that time, and is not that time itself', async () => {
    for (const text of [
      '$substring($payload.received, 0, 10)',
      '$payload.received & ""',
      '$exists(Day) ? $date(Day) : $substringBefore($payload.received, "T")',
      '$day($payload.received)',
      '$date($payload.received, "yyyy-MM-dd", "UTC")',
      '$payload.received > "2026" ? $date(Day) : $date(Late)',
      '$max([Day, $payload.received])',
      '($r := $payload.received; $uppercase($r))',
    ])
      assert.deepEqual(await told(at(text)), ['5 FLOW_CLOCK_IN_DOCUMENT'], text);
    for (const text of [
      '$payload.received',
      '$date($payload.received)',
      'Day ? $date(Day) : $payload.received',
      '$date(Day) ?? $payload.received',
      '$payload.received ?? Day',
      '$payload.received ?: Day',
      '$date(Day ?: $payload.received)',
      '(($payload.received))',
    ])
      assert.deepEqual(await told(at(text)), [], text);
  });

  it('follows it through names and steps, up to the target', async () => {
    const let_ = (text: string, map: string) =>
      flowWith(map, undefined, `let: { came: '${text}' }\n`);
    assert.deepEqual(await told(let_('$payload.received', 'at: $came')), []);
    assert.deepEqual(await told(let_('$substring($payload.received, 0, 10)', 'at: $came')), [
      '6 FLOW_CLOCK_IN_DOCUMENT',
    ]);
    assert.deepEqual(await told(let_('$payload.received', 'at: "$substring($came, 0, 10)"')), [
      '6 FLOW_CLOCK_IN_DOCUMENT',
    ]);
    const later = (step: string, to = 'stock.receive.v1') =>
      at('$payload.received').replace('key:', `${step}\nkey:`).replace('stock.receive.v1', to);
    assert.deepEqual(await told(later('  - set: { reason: sku }')), []);
    assert.deepEqual(await told(later('  - set: { at: at }')), []);
    assert.deepEqual(await told(later('  - set: { at: "$substring(at, 0, 10)" }')), [
      '6 FLOW_CLOCK_IN_DOCUMENT',
    ]);
    assert.deepEqual(await told(later('  - set: { reference: at }')), ['6 FLOW_CLOCK_IN_DOCUMENT']);
    const fields = 'document: document, sku: sku, location: location, quantity: quantity';
    const target = (date: string) =>
      later('', `[{ map: { ${fields}, at: ${date} }, type: stock.receive.v1 }]`);
    assert.deepEqual(await told(target('at')), []);
    assert.deepEqual(await told(target("'$substring(at, 0, 10)'")), ['8 FLOW_CLOCK_IN_DOCUMENT']);
  });

  it('tells of a header that no flow sees', async () => {
    assert.deepEqual(
      await told(flowWith('at: $date(Day), reference: "$payload.headers.`X-Api-Key`"')),
      ['5 FLOW_HEADER_HIDDEN'],
    );
    for (const name of [
      'x-shopify-access-token',
      'cookie',
      'Ocp-Apim-Subscription-Key',
      'x-authtoken',
    ])
      assert.ok(isSecretHeader(name.toLowerCase()), name);
    for (const name of [
      'x-event-key',
      'idempotency-key',
      'x-shopify-topic',
      'author',
      'content-type',
    ])
      assert.ok(!isSecretHeader(name), name);
  });
});

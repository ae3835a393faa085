/** Connectors among the targets of a flow: each with records of its own, and a queue in which it is retried alone. */
import assert from 'node:assert/strict';
import { sinksOf } from '../../../core/flow/compiledFlow.ts';
import type { HandedBody } from '../../../core/handedBatch.ts';
import type { Envelope } from '../../../core/message.ts';
import { codes, inbound, lint, load, receipts, run } from './hubFolder.ts';

const orders = receipts(
  '- set: { site: Site }',
  `mode: all
key: No
write: json
to:
  - when: Qty != "0"
    map: { document: No, at: $date("2026-01-01"), sku: Sku, location: site, quantity: Qty }
    type: stock.receive.v1
  - when: site = "BER"
    to: { folder: outbox }
    name: berlin
    map: { order: No, item: Sku, const: { from: BER } }
    write: csv
    batch: 5
    retry: { attempts: 2 }
  - each: Parts
    to: { http: webshop }`,
).replace('read: csv', 'read: json');

const row = (more: object = {}) => ({ No: '1', Site: 'BER', Sku: 'A', Qty: '1', ...more });

const subscription = (to: string, mode = 'mode: all\n') =>
  `flow: feed\nfrom: stock.changed.v1\nsteps: [{ filter: sku != "X" }]\nwrite: json\n${mode}to:\n${to}`;

async function sinksOfFeed(yaml: string) {
  const { flows } = await load({ 'flows/feed.yaml': yaml });
  return flows.flatMap(sinksOf);
}

const event = (data: object) => ({ id: 'e', data }) as unknown as Envelope;

describe('a connector among the targets of a flow into stock', () => {
  it('gets what its map makes of the records that fit it, each once', async () => {
    const flow = await inbound(orders);
    assert.deepEqual(
      flow.sinks.map(({ name, queue, write, batch, retry }) => [
        ...[name, queue, write.name],
        ...[batch, retry.attempts],
      ]),
      [
        ['berlin', 'deliver.g1.receipts.berlin', 'csv', 5, 2],
        ['webshop', 'deliver.g1.receipts.webshop', 'json', 500, undefined],
      ],
    );
    const Parts = [{ no: 1 }, { no: 2 }];
    const { messages, handed, parked } = await run(flow, [
      row({ Parts }),
      row({ No: '2', Site: 'HAM' }),
      row({ No: '3', Qty: '0' }),
    ]);
    assert.deepEqual(parked, []);
    assert.deepEqual(
      messages.map(({ id, records }) => [id, records]),
      [
        ['1', 1],
        ['2', 1],
      ],
    );
    const bodies = handed!.map(({ queue, json, records }) => {
      const { value, ...body } = JSON.parse(json) as HandedBody & { part: string };
      return [queue.replace('deliver.g1.receipts.', ''), body.part, value, records];
    });
    assert.deepEqual(bodies, [
      ['berlin', '1/berlin', { order: '1', item: 'A', from: 'BER' }, 0],
      ['webshop', '1/webshop', { no: 1 }, 0],
      ['webshop', '1/webshop/2', { no: 2 }, 0],
      ['berlin', '3/berlin', { order: '3', item: 'A', from: 'BER' }, 1],
    ]);
  });

  it('gets nothing of a record that is parked', async () => {
    const result = await run(await inbound(orders), [row({ Sku: '' }), row({ Site: undefined })]);
    assert.deepEqual(codes(result), [['MESSAGE_INVALID'], ['MESSAGE_INVALID', 'FILTER_UNDECIDED']]);
    assert.equal(result.handed, undefined);
  });

  it('may be all that a record goes to', async () => {
    const yaml = receipts('- set: { a: A }', 'write: json\nto:\n  - to: { folder: outbox }');
    const flow = await inbound(yaml);
    const { handed, messages } = await run(flow, [{ A: '1' }]);
    assert.deepEqual([handed!.length, messages.length, flow.types], [1, 0, []]);
  });
});

describe('several connectors of a subscription', () => {
  it('have a queue each, and take what fits them', async () => {
    const [shop, archive] = await sinksOfFeed(
      subscription(`  - to: { http: webshop }
    when: onHand = "1"
    map: { item: sku }
  - to: { folder: outbox }
    name: archive
    write: csv`),
    );
    assert.deepEqual([shop!.queue, archive!.queue], ['deliver.g1.feed', 'deliver.g1.feed.archive']);
    const events = ['X', 'A', 'B'].map((sku, at) => event({ sku, onHand: String(at) }));
    const told = await shop!.events!.run(events);
    assert.deepEqual(told, {
      ...{ records: [{ item: 'A' }], parked: [], filtered: 1 },
    });
    const kept = await archive!.events!.run(events);
    assert.deepEqual(
      kept.records.map(({ sku }) => sku),
      ['A', 'B'],
    );
  });

  it('take an event once by mode: first, the first that fits', async () => {
    const sinks = await sinksOfFeed(
      subscription(
        `  - { to: { http: webshop }, when: onHand = "1" }
  - { to: { folder: outbox }, name: rest }`,
        '',
      ),
    );
    const events = ['A', 'B'].map((sku, at) => event({ sku, onHand: String(at) }));
    const taken = await Promise.all(sinks.map(({ events: own }) => own!.run(events)));
    assert.deepEqual(
      taken.map(({ records }) => records.map(({ sku }) => sku)),
      [['B'], ['A']],
    );
  });

  it('keep a lone target without when and map at what a flow without a list does', async () => {
    const yaml =
      'flow: feed\nfrom: stock.changed.v1\nwrite: json\nto: [{ to: { folder: outbox } }]\n';
    const [only] = await sinksOfFeed(yaml);
    assert.deepEqual([only!.queue, only!.events!.hasSteps], ['deliver.g1.feed', false]);
  });

  it('refuse an event for itself, whatever the others make of it', async () => {
    const [shop, archive] = await sinksOfFeed(
      subscription(`  - { to: { http: webshop }, map: { n: $decimal(onHand) } }
  - { to: { folder: outbox }, name: archive }`),
    );
    const events = [event({ sku: 'A', onHand: 'many' })];
    assert.equal((await shop!.events!.run(events)).parked.length, 1);
    assert.equal((await archive!.events!.run(events)).records.length, 1);
  });
});

describe('lint of connectors among targets', () => {
  const faults = async (file: string, yaml: string) =>
    (await lint({ [`flows/${file}.yaml`]: yaml })).map((fault) => fault.split('; ')[0]);

  it('says what belongs to a message, and what to a connector', async () => {
    const yaml = receipts(
      '- set: { a: A }',
      `key: No
to:
  - { type: stock.receive.v1, write: json, name: a }
  - { to: { folder: outbox }, key: No, write: json }
  - { to: { folder: outbox }, type: stock.receive.v1 }
  - { when: 'a = "1"' }
  - { to: { folder: outbox } }`,
    );
    assert.deepEqual(await faults('receipts', yaml), [
      "flows/receipts.yaml:8:31 CONFIG_BAD_VALUE 'write' has no meaning in a target that is a message",
      "flows/receipts.yaml:8:44 CONFIG_BAD_VALUE 'name' has no meaning in a target that is a message",
      "flows/receipts.yaml:9:31 CONFIG_BAD_VALUE 'key' has no meaning in a target that is a connector",
      "flows/receipts.yaml:10:5 CONFIG_BAD_VALUE 'type' and 'to' stand side by side",
      "flows/receipts.yaml:11:5 CONFIG_MISSING_FIELD 'type' is missing",
    ]);
  });

  it('wants a format, a connector that is there, and names that differ', async () => {
    const yaml = receipts(
      '- set: { a: A }',
      `mode: all
to:
  - { to: { folder: outbox } }
  - { to: { folder: outbox }, write: json }
  - { to: { http: webshopp }, write: json }`,
    );
    assert.deepEqual(await faults('receipts', yaml), [
      "flows/receipts.yaml:8:7 CONFIG_MISSING_FIELD 'write' is missing",
      "flows/receipts.yaml:9:11 CONFIG_BAD_VALUE target 1 is called 'outbox', too",
      "flows/receipts.yaml:10:19 FLOW_UNKNOWN_CONNECTOR config/hub.yaml has no connector 'webshopp'",
    ]);
    const twice = subscription('  - to: { http: webshop }\n  - to: { folder: outbox }');
    assert.deepEqual(await faults('feed', twice), [
      'flows/feed.yaml:8:9 CONFIG_BAD_VALUE this target has no name, and target 1 has none either',
    ]);
    const message = subscription('  - to: { http: webshop }\n  - type: stock.receive.v1');
    assert.deepEqual(await faults('feed', message), [
      'flows/feed.yaml:7:3 FLOW_NO_DIRECTION both ends of the flow are the hub',
    ]);
  });

  it('refuses a pace at which a batch would be held for too long, and policies without a sink', async () => {
    const slow =
      'flow: feed\nfrom: stock.changed.v1\nwrite: json\nthrottle: { records: 10, per: 1m }\nto: { folder: outbox }\n';
    assert.deepEqual(await lint({ 'flows/feed.yaml': slow }), [
      'flows/feed.yaml:4:11 CONFIG_BAD_VALUE at this pace 500 records, which may wait as one, take 49 minutes, longer than a broker leaves them with their reader; let 24 records go in that span, or 500 in a longer one',
    ]);
    const none = receipts('- set: { a: A }', 'expire: 1h\nkey: No\nto: stock.receive.v1');
    assert.deepEqual(await faults('receipts', none), [
      "flows/receipts.yaml:6:1 CONFIG_BAD_VALUE 'expire' has no meaning in a flow into stock",
    ]);
  });

  it('looks into when and map', async () => {
    const yaml = receipts(
      '- map: { a: A }',
      `to:
  - { to: { folder: outbox }, write: json, when: 'b = "1"' }
  - { to: { http: webshop }, write: json, map: { c: c, at: $now() } }`,
    );
    assert.deepEqual(await faults('receipts', yaml), [
      "flows/receipts.yaml:7:51 FLOW_UNKNOWN_FIELD 'b' is not a field of the record after map",
      "flows/receipts.yaml:8:53 FLOW_UNKNOWN_FIELD 'c' is not a field of the record after map",
    ]);
  });
});

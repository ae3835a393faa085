import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { configSchema, flowReference, flowSchema } from '../../../core/flow/reference.ts';
import type { Envelope } from '../../../core/message.ts';
import { codes, config, data, inbound, lint, load, receipts, run } from './hubFolder.ts';
import { parts } from './parts.ts';

const AT = '2026-03-31T08:30:00.000Z';
const map = `- map:
    document: Doc
    at: At
    partner: Partner
    sku: Sku
    location: '"WH1"'
    quantity: Qty`;

const row = { Doc: 'R1', At: AT, Sku: 'A', Qty: '1' };
const simple = receipts(map, 'key: Doc & "/" & Line\nto: stock.receive.v1');

const event = (data: object) => ({ specversion: '1.0', id: 'e1', data }) as unknown as Envelope;

describe('a flow that does not say its name', () => {
  const unnamed = (text: string) => text.replace(/^flow: .*\n/m, '');

  it('is called as its file is', async () => {
    const { flows } = await load({ 'flows/goods-in.yaml': unnamed(simple) });
    assert.deepEqual(
      flows.map(({ name }) => name),
      ['goods-in'],
    );
  });

  it('cannot be called by what is no name, nor twice', async () => {
    const faults = await lint({
      'flows/Goods in.yaml': unnamed(simple),
      'flows/other.yaml': unnamed(simple),
      'flows/other.yml': unnamed(simple),
    });
    assert.deepEqual(
      faults.map((fault) => fault.split(' ').slice(0, 3)),
      [
        ['flows/Goods', 'in.yaml:1:1', 'CONFIG_BAD_VALUE'],
        ['flows/other.yml:1:1', 'FLOW_DUPLICATE_NAME', "'other'"],
      ],
    );
  });
});

describe('inbound flows', () => {
  it('a flat record becomes a document of one line, in the order of the schema, without empty fields', async () => {
    const flow = await inbound(simple);
    const { messages } = await run(flow, [{ ...row, Line: ' 1 ', Partner: '', Qty: 12 }]);
    assert.equal(
      messages[0]?.dataJson,
      `{"document":"R1","at":"${AT}","lines":[{"sku":"A","location":"WH1","quantity":"12"}]}`,
    );
    assert.equal(messages[0]?.id, 'R1/1');
    assert.match(messages[0]?.contenthash ?? '', /^[0-9a-f]{64}$/);
  });

  it('the same content has the same hash, whatever the order of its fields or the form of its instant', async () => {
    const flow = await inbound(simple);
    const other = { Qty: '1', Sku: 'A', At: '2026-03-31T10:30:00+02:00', Doc: 'R1' };
    const { messages } = await run(flow, [
      { ...row, Line: '1' },
      { ...other, Line: '1' },
      { ...other, Line: '1', Qty: '2' },
    ]);
    const [first, second, third] = messages.map(({ contenthash }) => contenthash);
    assert.equal(first, second);
    assert.notEqual(first, third);
  });

  it('a key with an empty part is refused', async () => {
    const flow = await inbound(simple);
    const result = await run(flow, [
      { ...row, Line: '' },
      { ...row, Line: '1', Doc: ' ' },
      { ...row, Line: 'x'.repeat(300) },
    ]);
    assert.deepEqual(codes(result), [
      ['KEY_EMPTY'],
      // The document has no number either.
      ['KEY_EMPTY', 'MESSAGE_INVALID'],
      ['MESSAGE_INVALID'],
    ]);
    assert.equal(result.parked[0]?.faults[0]?.message, 'Line in the key gives nothing');
  });

  it('says in plain words what is wrong with a message, for all its fields', async () => {
    const flow = await inbound(simple);
    const rows = [
      { ...row, Line: '1', Qty: '-1' },
      { ...row, Line: '1', Qty: 2.5 },
      { ...row, Line: '1', At: '2026-03-31' },
      { ...row, Line: '1', At: 'soon', Sku: ['A'] },
      { Doc: 'R1', Line: '1' },
    ];
    const { parked } = await run(flow, rows);
    assert.deepEqual(
      parked.map(({ faults }) => faults.map(({ message }) => message)),
      [
        ['lines[0].quantity is "-1", which is below zero'],
        ['quantity is 2.5, a number that is not whole'],
        ['at is "2026-03-31", which names no time zone'],
        ['at is "soon", which is not an RFC 3339 instant', 'sku is ["A"], which is not text'],
        [
          "at is missing: 'At' at flows/receipts.yaml:7:11 gives nothing",
          "lines[0].sku is missing: 'Sku' at flows/receipts.yaml:9:12 gives nothing",
          "lines[0].quantity is missing: 'Qty' at flows/receipts.yaml:11:17 gives nothing",
        ],
      ],
    );
  });

  it('lines are made of one and many alike; what all lines share can stand beside them', async () => {
    const yaml = receipts(
      `- map:
    document: Doc
    at: At
    location: Whse
    lines:
      each: items.item
      map: { line: $string($index + 1), sku: sku, quantity: $decimal(qty), lot: $parent.Lot }`,
      'key: Doc\nto: stock.receive.v1',
    );
    const flow = await inbound(yaml);
    const one = { Doc: 'R1', At: AT, Whse: 'W', Lot: 'L', items: { item: { sku: 'A', qty: '1' } } };
    const two = {
      Doc: 'R2',
      At: AT,
      Whse: 'W',
      items: [{ item: { sku: 'A', qty: '1' } }, { item: { sku: 'B', qty: '2' } }],
    };
    const bad = {
      Doc: 'R3',
      At: AT,
      Whse: 'W',
      items: { item: [{ sku: 'A', qty: '1' }, { qty: '2' }] },
    };
    const result = await run(flow, [one, two, bad]);
    assert.deepEqual(
      data(result).map((each) => (each as { lines: object[] }).lines),
      [
        [{ line: '1', sku: 'A', location: 'W', quantity: '1', lot: 'L' }],
        [
          { line: '1', sku: 'A', location: 'W', quantity: '1' },
          { line: '2', sku: 'B', location: 'W', quantity: '2' },
        ],
      ],
    );
    assert.equal(
      result.parked[0]?.faults[0]?.message,
      "lines[1].sku is missing: 'sku' at flows/receipts.yaml:11:48 gives nothing",
    );
  });

  it('routes take the first that fits; none parks the record', async () => {
    const to = `key: Doc\nto:\n  - { when: $isNegative($source.Qty), type: stock.return.v1 }\n  - { when: '$count([partner]) = 1', type: stock.issue.v1 }\n  - { when: 'document = "R3"', type: stock.receive.v1 }`;
    const both = `${map.replace('quantity: Qty', 'quantity: $abs(Qty)')}
    party: '$isNegative(Qty) ? "customer"'`;
    const flow = await inbound(receipts(both, to));
    const rows = [{ ...row, Qty: '-1' }, { ...row, Partner: 'C' }, { ...row, Doc: 'R3' }, row];
    const result = await run(flow, rows);
    assert.deepEqual(
      result.messages.map(({ type }) => type),
      ['stock.return.v1', 'stock.issue.v1', 'stock.receive.v1'],
    );
    assert.deepEqual(codes(result), [['RECORD_INVALID']]);
  });

  it('a flow of returns that states no party is refused: it decides the sign', async () => {
    await assert.rejects(
      inbound(receipts(map, 'key: Doc\nto: stock.return.v1')),
      /FLOW_MISSING_FIELD no step gives 'party', which stock\.return\.v1 needs/,
    );
  });

  it('counts a record that was split once, and as filtered only when nothing of it is left', async () => {
    const steps = `- split: items\n- filter: Qty != "0"\n${map}\n- group: { by: document }`;
    const flow = await inbound(receipts(steps, 'key: Doc\nto: stock.receive.v1'));
    const order = (Doc: string, ...quantities: string[]) => ({
      Doc,
      At: AT,
      items: quantities.map((Qty) => ({ Sku: 'A', Qty })),
    });
    const result = await run(flow, [
      order('R1', '1', '0', '2'),
      order('R2', '0', '0'),
      order('R3', '0', '3'),
      order('R4', '1', 'x'),
    ]);
    assert.deepEqual(
      result.messages.map(({ id, records, members }) => [id, records, members.length]),
      [
        ['R1', 1, 1],
        ['R3', 1, 1],
      ],
    );
    assert.equal(result.filtered, 1);
    assert.deepEqual(
      result.parked.map(({ records, members }) => [records, members.length]),
      [[1, 1]],
    );
  });

  it('a bad row of the payload is parked as it was read', async () => {
    const flow = await inbound(simple);
    const fault = { code: 'CSV_RAGGED_ROW', message: 'torn' } as const;
    const { parked } = await run(flow, [{ record: 1, line: 2, value: row, fault, raw: 'R1;A' }]);
    assert.deepEqual(parked, [
      {
        faults: [{ ...fault, at: { record: 1, line: 2 } }],
        record: 1,
        records: 1,
        members: [{ value: row, record: 1, line: 2, fault, raw: 'R1;A' }],
      },
    ]);
  });

  it('names that objects inherit are no fields', async () => {
    const flow = await inbound(
      receipts(map.replace('Partner', 'constructor'), 'key: Doc\nto: stock.receive.v1'),
    );
    const result = await run(flow, [
      row,
      JSON.parse('{"Doc":"R2","At":"2026-03-31T08:30:00Z","Sku":"A","Qty":"1","constructor":"C"}'),
    ]);
    assert.deepEqual(
      data(result).map((each) => (each as { partner?: string }).partner),
      [undefined, 'C'],
    );
  });
});

describe('outbound flows', () => {
  it('a subscription sees the data of events, and the envelope as $event', async () => {
    const yaml =
      'flow: feed\nfrom: stock.changed.v1\nsteps:\n  - filter: status = "available"\n  - map: { sku: sku, left: available, id: $event.id }\nwrite: json\nto: { http: webshop }\nbatch: 10\nretry: { attempts: 3 }\n';
    const [flow] = (await load({ 'flows/feed.yaml': yaml })).flows;
    assert.ok(flow?.direction === 'subscription');
    const [sink] = flow.sinks;
    const result = await sink!.events!.run([
      event({ sku: 'A', status: 'available', available: '5' }),
      event({ sku: 'B', status: 'damaged' }),
    ]);
    assert.deepEqual(result, {
      records: [{ sku: 'A', left: '5', id: 'e1' }],
      parked: [],
      filtered: 1,
    });
    assert.deepEqual(
      [flow.topics, sink!.batch, sink!.retry.attempts, sink!.to.connector],
      [['stock.changed.v1'], 10, 3, 'webshop'],
    );
  });

  it('a report runs a query on a schedule', async () => {
    const yaml =
      'flow: daily\nfrom: { schedule: "0 6 * * *", zone: Europe/Berlin }\nquery: { valuation: { sku: A } }\nsteps:\n  - map: { SKU: sku }\nwrite: { csv: { delimiter: ";" } }\nto: { folder: outbox, name: "v-{seq}.csv" }\n';
    const [flow] = (await load({ 'flows/daily.yaml': yaml })).flows;
    assert.ok(flow?.direction === 'report');
    assert.deepEqual(flow.queryAt(0), { name: 'valuation', sku: 'A' });
    const one = flow.makeRun();
    assert.deepEqual((await one.push([{ sku: 'A' }])).records, [{ SKU: 'A' }]);
    assert.deepEqual((await one.flush()).records, []);
  });
});

describe('configuration', () => {
  it('variables of the environment stand in, keep their type, and override', async () => {
    const yaml = `${config}http:\n  port: \${PORT:-1}\nstock:\napply:\n  partitions: \${PARTS:-4}\nevents:\n  keep: \${KEEP:-7d}\n`;
    const flows = {
      'config/hub.yaml': yaml,
      'flows/receipts.yaml': simple,
    };
    const { config: plain } = await load(flows);
    assert.deepEqual(
      [plain.http.port, plain.apply.partitions, plain.stock.currency],
      [1, 4, 'EUR'],
    );
    assert.equal(plain.events.keepMs, 7 * 86_400_000);
    const { config: set } = await load(flows, {
      PORT: '99',
      KEEP: '2h',
      STOCKBUS_BROKER: 'amqp://b',
      STOCKBUS_STORE: 'mongodb://s',
      STOCKBUS_DATA: '/var/x',
    });
    assert.deepEqual(
      [set.http.port, set.broker, set.store, set.dataFolder],
      [99, 'amqp://b', 'mongodb://s', '/var/x'],
    );
    assert.equal(set.events.keepMs, 7_200_000);
  });
});

describe('what is generated from the declarations', () => {
  it('the JSON Schema takes what the compiler takes, and refuses what it refuses', () => {
    const validate = new Ajv({ strict: false }).compile(flowSchema(parts));
    assert.ok(validate(parse(simple)), JSON.stringify(validate.errors));
    assert.ok(!validate(parse(simple.replace('steps:', 'stps:'))));
    assert.ok(!validate(parse(simple.replace('folder: inbox', 'foldr: inbox'))));
    const valid = new Ajv({ strict: false }).compile(configSchema(parts));
    assert.ok(valid(parse(config)), JSON.stringify(valid.errors));
  });

  it('the reference names every step, function, format and connector', () => {
    const text = flowReference(parts);
    for (const { name } of [...parts.steps, ...parts.codecs, ...parts.connectors])
      assert.match(text, new RegExp(`### ${name}\n`));
    assert.match(text, /\$decimal\(/);
  });
});

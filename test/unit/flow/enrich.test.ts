/** What lint knows of records that are enriched, and what becomes of a payload by what is answered. */
import assert from 'node:assert/strict';
import { formatFault, isHint, StockbusError } from '../../../core/errors.ts';
import type { Answers, Asking } from '../../../core/ports.ts';
import { codes, config, data, inbound, lint, load, receipts, run } from './hubFolder.ts';

const map = `- map:
    document: Doc
    at: '"2026-03-31T08:30:00.000Z"'
    sku: Item
    location: '"WH1"'
    quantity: $decimal(Qty, ".")`;
const key = 'key: Doc\nto: stock.receive.v1';
const stock = '- enrich: { stock: { sku: Item, location: Whse }, into: there }\n';
const pim = `- enrich: { http: pim, path: "'/items/' & Item", cache: 1h, timeout: 2s, into: item }\n`;
const hub = `${config}  pim: { http: { url: "http://127.0.0.1:1/api" } }\n`;
const row = (Doc: string, Item: string) => ({ Doc, Item, Qty: '1', Whse: 'WH1' });

const faultsOf = (yaml: string, files: Record<string, string> = {}) =>
  lint({ 'config/hub.yaml': hub, 'flows/receipts.yaml': yaml, ...files });

async function hints(yaml: string): Promise<string[]> {
  const { hints: told } = await load({ 'config/hub.yaml': hub, 'flows/receipts.yaml': yaml });
  return told.filter(isHint).map(formatFault);
}

describe('enrich', () => {
  it('asks the books for the stock of all records of a batch at once', async () => {
    const asked: unknown[] = [];
    const answers = {
      stock: (async (questions) => {
        asked.push(questions);
        return questions.map(() => ({ onHand: '5' }));
      }) satisfies Answers,
    };
    const yaml = receipts(`${stock}- filter: $compare(there.onHand, "1") > 0\n${map}`, key);
    const result = await run(await inbound(yaml, {}, { answers }), [
      row('R1', 'A'),
      row('R2', 'B'),
    ]);
    assert.equal(result.messages.length, 2);
    assert.deepEqual(asked, [
      [
        { sku: 'A', location: 'WH1' },
        { sku: 'B', location: 'WH1' },
      ],
    ]);
  });

  it('tells whoever answers which connector, and on which terms', async () => {
    const asked: Asking[] = [];
    const answers = {
      http: (async (questions, asking) => {
        asked.push(asking);
        return questions.map((path) => ({ path }));
      }) satisfies Answers,
    };
    const yaml = receipts(`${pim}${map}\n    partner: item.path`, key);
    const flow = await inbound(yaml, { 'config/hub.yaml': hub }, { answers });
    const result = await run(flow, [row('R1', 'A')]);
    assert.equal((data(result)[0] as { partner: string }).partner, '/items/A');
    assert.equal(asked[0]?.connector?.name, 'pim');
    assert.deepEqual(asked[0]?.terms, { cacheMs: 3_600_000, timeoutMs: 2_000 });
    assert.deepEqual([asked[0]?.at.file, asked[0]?.at.line], ['flows/receipts.yaml', 5]);
  });

  it('parks a record whose question is refused, and no other', async () => {
    const http: Answers = async (questions) =>
      questions.map((path) =>
        path === '/items/B' ? new StockbusError('ENRICH_REFUSED', 'answered 400') : { path },
      );
    const flow = await inbound(
      receipts(pim + map, key),
      { 'config/hub.yaml': hub },
      { answers: { http } },
    );
    const result = await run(flow, [row('R1', 'A'), row('R2', 'B')]);
    assert.deepEqual(codes(result), [['ENRICH_REFUSED']]);
    assert.equal(result.messages.length, 1);
  });

  it('parks nothing where the world fails: the payload is not taken', async () => {
    const http: Answers = async () => {
      throw new StockbusError('ENRICH_FAILED', 'down');
    };
    const flow = await inbound(
      receipts(pim + map, key),
      { 'config/hub.yaml': hub },
      { answers: { http } },
    );
    await assert.rejects(run(flow, [row('R1', 'A')]), { message: 'down' });
  });

  it('stands among the steps of a list, and parks nothing there either where the world fails', async () => {
    const lines = `- map:
    document: Doc
    at: '"2026-03-31T08:30:00.000Z"'
    lines:
      each: items
      steps:
        - enrich: { http: pim, path: "'/items/' & article", into: item }
      map:
        sku: item.sku
        quantity: $decimal(qty, ".")
        const: { location: WH1 }`;
    let isDown = false;
    const http: Answers = async (questions) => {
      if (isDown) throw new StockbusError('ENRICH_FAILED', 'down');
      return questions.map((path) => (path === '/items/X' ? undefined : { sku: `SKU of ${path}` }));
    };
    const items = (...articles: string[]) => articles.map((article) => ({ article, qty: '1' }));
    const rows = [
      { Doc: 'R1', items: items('A', 'B') },
      { Doc: 'R2', items: items('A', 'X') },
    ];
    const target = `to:
  - map:
      document: Doc
      at: $date(At)
      lines:
        each: items
        steps:
          - enrich: { http: pim, path: "'/items/' & article", into: item }
        map:
          sku: item.sku
          const: { location: WH1 }
          quantity: $decimal(qty, ".")
    type: stock.receive.v1`;
    for (const yaml of [
      receipts(lines, key),
      receipts('- filter: "true"', `key: Doc\n${target}`),
    ]) {
      isDown = false;
      const flow = await inbound(yaml, { 'config/hub.yaml': hub }, { answers: { http } });
      const all = rows.map((one) => ({ ...one, At: '2026-03-31' }));
      const result = await run(flow, all);
      assert.deepEqual(
        (data(result)[0] as { lines: { sku: string }[] }).lines.map(({ sku }) => sku),
        ['SKU of /items/A', 'SKU of /items/B'],
      );
      assert.deepEqual(
        result.parked.map(({ faults }) => [faults[0]?.code, faults[0]?.at?.field]),
        [['ENRICH_NOT_FOUND', 'lines[1]']],
      );
      isDown = true;
      await assert.rejects(run(flow, all), { message: 'down' });
    }
  });

  it('asks once for the lists of all records of a batch, and of lists in those', async () => {
    const yaml = receipts(
      `- map:
    document: Doc
    at: '"2026-03-31T08:30:00.000Z"'
    lines:
      each: items
      steps:
        - filter: article != "none"
        - enrich: { http: pim, path: "'/items/' & article", into: item }
        - set:
            lots: { each: packs, steps: [{ enrich: { http: pim, path: "'/lots/' & no", into: lot } }], map: { name: lot.sku } }
        - enrich: { http: pim, path: "'/owners/' & item.sku", missing: keep, into: owner }
      map:
        sku: item.sku
        lot: $join(lots.name, "+")
        quantity: $decimal(qty, ".")
        const: { location: WH1 }`,
      key,
    );
    const asked: unknown[][] = [];
    const http: Answers = async (questions) => {
      asked.push([...questions].sort());
      return questions.map((path) =>
        /owners|X/.test(String(path)) ? undefined : { sku: String(path).split('/').at(-1) },
      );
    };
    const flow = await inbound(yaml, { 'config/hub.yaml': hub }, { answers: { http } });
    const item = (article: string, ...packs: string[]) => ({
      ...{ article, qty: '1', packs: packs.map((no) => ({ no })) },
    });
    const result = await run(flow, [
      { Doc: 'R1', items: [item('A', '1', '2'), item('none')] },
      { Doc: 'R2', items: [item('none')] },
      { Doc: 'R3', items: [item('B', '3'), item('X', '4')] },
      { Doc: 'R4', items: [item('C', '5')] },
    ]);
    assert.deepEqual(asked, [
      ['/items/A'],
      ['/lots/1', '/lots/2'],
      ['/owners/A'],
      // The other batch.
      ['/items/B', '/items/C', '/items/X'],
      ['/lots/3', '/lots/4', '/lots/5'],
      ['/owners/B', '/owners/C'],
    ]);
    assert.deepEqual(
      (data(result) as { document: string; lines: { sku: string; lot: string }[] }[]).map(
        ({ document, lines }) => [document, ...lines.map(({ sku, lot }) => `${sku} ${lot}`)],
      ),
      [
        ['R1', 'A 1+2'],
        ['R4', 'C 5'],
      ],
    );
    assert.deepEqual(codes(result), [['MESSAGE_INVALID'], ['ENRICH_NOT_FOUND']]);
  });

  it('asks once for the lists that targets make of all records of a batch', async () => {
    const yaml = receipts(
      '- filter: "true"',
      `mode: all
key: $record.document
to:
  - each: parcels
    map:
      document: $parent.Doc & "-" & no
      at: $date("2026-03-31")
      lines:
        each: items
        steps: [{ enrich: { http: pim, path: "'/items/' & article", into: item } }]
        map: { sku: item.sku, quantity: '"1"', const: { location: WH1 } }
    type: stock.receive.v1`,
    ).replace('read: csv', 'read: json');
    const asked: unknown[][] = [];
    const http: Answers = async (questions) => {
      asked.push([...questions]);
      return questions.map((path) => ({ sku: String(path).slice(7) }));
    };
    const flow = await inbound(yaml, { 'config/hub.yaml': hub }, { answers: { http } });
    const parcel = (no: string, ...articles: string[]) => ({
      no,
      items: articles.map((article) => ({ article })),
    });
    const result = await run(flow, [
      { Doc: 'R1', parcels: [parcel('1', 'A'), parcel('2', 'B')] },
      { Doc: 'R2', parcels: [parcel('1', 'C', 'D')] },
    ]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      (data(result) as { document: string; lines: { sku: string }[] }[]).map(
        ({ document, lines }) => [document, ...lines.map(({ sku }) => sku)],
      ),
      [
        ['R1-1', 'A'],
        ['R1-2', 'B'],
        ['R2-1', 'C', 'D'],
      ],
    );
    // The first parcel of each, then the second of the one that has two.
    assert.deepEqual(asked, [['/items/A', '/items/C', '/items/D'], ['/items/B']]);
  });

  it('takes a row of a table whole', async () => {
    const tables = { 'config/tables/stores.csv': 'store,code,owner\nWH1,X,\n' };
    const steps = `- enrich: { table: stores, key: Whse, into: store }\n${map}\n    partner: store.code`;
    const result = await run(await inbound(receipts(steps, key), tables), [row('R1', 'A')]);
    assert.equal((data(result)[0] as { partner: string }).partner, 'X');
    const unknown = receipts(steps, key).replace('table: stores', 'table: shops');
    assert.match(
      (await lint({ 'flows/receipts.yaml': unknown, ...tables })).join('\n'),
      /FLOW_UNKNOWN_TABLE/,
    );
  });
});

describe('lint of enrich', () => {
  it('knows the fields of what the books answer', async () => {
    const yaml = receipts(`${stock}- filter: $compare(there.onHnad, "1") > 0\n${map}`, key);
    assert.deepEqual(await faultsOf(yaml), [
      "flows/receipts.yaml:6:28 FLOW_UNKNOWN_FIELD 'onHnad' is not a field of what stock answers; did you mean 'onHand'?",
    ]);
  });

  it('knows connectors, and what belongs to whom', async () => {
    const unknown = receipts(pim.replace('pim', 'pmi') + map, key);
    assert.match(
      (await faultsOf(unknown)).join('\n'),
      /^flows\/receipts.yaml:5:\d+ FLOW_UNKNOWN_CONNECTOR config\/hub.yaml has no connector 'pmi'; did you mean 'pim'\?$/,
    );
    const folder = receipts(pim.replace('pim', 'inbox') + map, key);
    assert.match((await faultsOf(folder)).join('\n'), /'inbox' is of the kind folder, not http/);
    const nobody = receipts(`- enrich: { into: there }\n${map}`, key);
    assert.match(
      (await faultsOf(nobody)).join('\n'),
      /the step asks nobody; give one of stock, item/,
    );
    const both = receipts(
      `- enrich: { item: Item, stock: { sku: Item }, into: there }\n${map}`,
      key,
    );
    assert.match((await faultsOf(both)).join('\n'), /stock and item stand side by side/);
    const strange = receipts(`- enrich: { item: Item, cache: 1h, into: there }\n${map}`, key);
    assert.match(
      (await faultsOf(strange)).join('\n'),
      /'cache' is of http, and the step asks item/,
    );
    const pathless = receipts(`- enrich: { http: pim, into: there }\n${map}`, key);
    assert.match((await faultsOf(pathless)).join('\n'), /CONFIG_MISSING_FIELD 'path' is missing/);
  });

  it('refuses a key that is made of an answer', async () => {
    const yaml = receipts(
      `${pim}${map}\n    partner: item.vendor`,
      'key: Doc & "/" & $record.partner\nto: stock.receive.v1',
    );
    assert.deepEqual(await faultsOf(yaml), [
      "flows/receipts.yaml:13:6 FLOW_CHANGES_ON_REPLAY 'partner' is made of 'item', which may be answered otherwise at every replay; Decide by what the payload says.",
    ]);
    const split = receipts(
      `${pim}- split: { path: item.parts, parent: whole }\n${map.replace('Doc', 'whole.Doc')}`,
      'key: sku\nto: stock.receive.v1',
    );
    assert.match((await faultsOf(split)).join('\n'), /FLOW_CHANGES_ON_REPLAY 'sku'/);
  });

  it('lets answers choose among targets of one key, and not of several', async () => {
    const steps = `${pim}${map}\n    partner: item.vendor`;
    const routes = (one: string, other: string) =>
      `to:\n  - { when: partner = "V", type: stock.receive.v1${one} }\n  - { type: stock.receive.v1${other} }`;
    await load({
      'config/hub.yaml': hub,
      'flows/receipts.yaml': receipts(steps, `key: Doc\n${routes('', '')}`),
    });
    const several = receipts(steps, routes(`, key: Doc & "/a"`, `, key: Doc & "/b"`));
    assert.match((await faultsOf(several)).join('\n'), /FLOW_CHANGES_ON_REPLAY 'partner'/);
  });

  it('refuses a list of messages that somebody else makes longer or shorter', async () => {
    const each = (list: string) =>
      receipts(
        `${pim}- map: { Doc: Doc, parts: item.parts, own: parts }`,
        `to:\n  - { each: ${list}, map: { document: $parent.Doc, at: $date(at), sku: sku, location: place, quantity: qty }, key: Doc & "/" & $index, type: stock.receive.v1 }`,
      ).replace('read: csv', 'read: json');
    assert.match(
      (await faultsOf(each('parts'))).join('\n'),
      /FLOW_CHANGES_ON_REPLAY 'parts' is made of 'item'/,
    );
    await load({ 'config/hub.yaml': hub, 'flows/receipts.yaml': each('own') });
  });

  it('tells what enters a message of what the books say of themselves, and of nothing else', async () => {
    const all = receipts(`${stock}${map.replace(`$decimal(Qty, ".")`, 'there.onHand')}`, key);
    assert.deepEqual(await hints(all), [
      "flows/receipts.yaml:11:7 FLOW_BOOKS_IN_DOCUMENT 'quantity' is made of 'there', which the books answer otherwise once something is booked; Use it in filters and rules alone, or allow the code: nothing is booked twice by it.",
    ]);
    const allowed = all.replace('read: csv', 'read: csv\nallow: [FLOW_BOOKS_IN_DOCUMENT]');
    assert.deepEqual(await hints(allowed), []);
    const filtered = receipts(`${stock}- filter: $compare(there.onHand, "0") > 0\n${map}`, key);
    assert.deepEqual(await hints(filtered), []);
    assert.deepEqual(await hints(receipts(`${pim}${map}\n    partner: item.vendor`, key)), []);
  });

  it('works in subscriptions and reports', async () => {
    const feed = (from: string) =>
      `flow: feed\n${from}\nsteps:\n  - enrich: { item: sku, missing: keep, into: item }\n  - map: { sku: sku, name: item.name }\nto: { http: webshop }\nwrite: json\n`;
    const item: Answers = async (skus) => skus.map((sku) => ({ name: `name of ${sku}` }));
    const weekly = feed('from: { schedule: "0 6 * * 1" }\nquery: stock');
    const { flows } = await load({ 'flows/feed.yaml': weekly }, {}, { answers: { item } });
    const [report] = flows;
    assert.ok(report?.direction === 'report');
    const { records } = await report.makeRun().push([{ sku: 'A' }, { sku: 'B' }]);
    assert.deepEqual(records, [
      { sku: 'A', name: 'name of A' },
      { sku: 'B', name: 'name of B' },
    ]);
    const subscription = await load(
      { 'flows/feed.yaml': feed('from: stock.changed.v1') },
      {},
      { answers: { item } },
    );
    const [told] = subscription.flows;
    assert.ok(told?.direction === 'subscription');
    const sent = await told.sinks[0]!.events!.run([
      {
        ...{ specversion: '1.0', id: 'e1', source: '/x', type: 'stock.changed.v1' },
        ...{ time: '2026-03-31T08:30:00.000Z', datacontenttype: 'application/json' },
        data: { sku: 'A' } as never,
      },
    ]);
    assert.deepEqual(sent.records, [{ sku: 'A', name: 'name of A' }]);
  });
});

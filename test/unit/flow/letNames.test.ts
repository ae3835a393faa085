/** Names under `let`: values of the record as it was read, for steps, routes and keys alike. */
import assert from 'node:assert/strict';
import { codes, data, inbound, lint, load, receipts, run } from './hubFolder.ts';

const map = (more = '') =>
  `- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: '"W"', quantity: "1"${more} }`;

const flowWith = (names: string, steps: string, rest = 'key: Doc\nto: stock.receive.v1'): string =>
  receipts(steps, rest)
    .replace('read: csv', 'read: json')
    .replace('steps:', `let:\n  ${names.replaceAll('\n', '\n  ')}\nsteps:`);

const row = (more: object = {}) => ({ Doc: 'D1', Sku: 'A', ...more });
const hints = async (yaml: string) =>
  (await load({ 'flows/receipts.yaml': yaml })).hints.map(
    ({ code, message, at }) => `${at?.line}:${at?.column} ${code} ${message}`,
  );

describe('a name under let', () => {
  it('that waits is not what another expression reads whose names begin alike', async () => {
    const flow = await inbound(
      flowWith(
        'no: \'$replace(Doc, /D/, "")\'\nnote: \'$replace(Text, /x+/, " ")\'',
        `- map: { reference: '$replace($note, /y/, "")', document: '$no & "/1"', at: $date("2026-01-01"), sku: Sku, location: '"W"', quantity: "1" }`,
      ),
    );
    const result = await run(flow, [row({ Text: 'axyb' }), { Doc: 5, Sku: 'A', Text: 'b' }]);
    assert.deepEqual(
      result.messages.map(({ data: made }) => [Object(made).document, Object(made).reference]),
      [['1/1', 'a b']],
    );
    assert.deepEqual(codes(result).length, 1);
  });

  it('is made when something reads it, also where that is an expression of the library', async () => {
    const sorted = '$join(Lines^(no).no, "")';
    const flow = await inbound(
      flowWith(
        'bad: $error("never")\nlate: Lines^(no)[0].none.$error("never")\nfirst: Lines^(no)[0].no',
        map(
          `, reference: 'Kind = "x" ? $bad & $late : ${sorted} & $first', partner: '($first := "own"; $first & ${sorted})'`,
        ),
      ),
    );
    const Lines = [{ no: 'b' }, { no: 'a' }];
    const result = await run(flow, [row({ Lines }), row({ Doc: 'D2', Lines, Kind: 'x' })]);
    assert.deepEqual(codes(result), [['EXPR_FAILED']]);
    const { reference, partner } = Object(result.messages[0]!.data);
    assert.deepEqual([reference, partner], ['aba', 'ownab']);
  });

  it('that reads names twice each is followed all the same', async () => {
    const chain = (first: string) =>
      Array.from({ length: 30 }, (_, at) =>
        at === 0 ? `n0: ${first}` : `n${at}: '$n${at - 1} = "A" ? $n${at - 1} : $n${at - 1}'`,
      ).join('\n');
    const flow = await inbound(flowWith(chain('Sku'), map(', reference: $n29')));
    const result = await run(flow, [row()]);
    assert.equal(Object(result.messages[0]!.data).reference, 'A');
    const faults = await lint({
      'flows/receipts.yaml': flowWith(
        chain('$now()'),
        map(),
        'key: Doc & $n29\nto: stock.receive.v1',
      ),
    });
    assert.match(faults.join(), /FLOW_CHANGES_ON_REPLAY '\$now'/);
  });

  it('is what the record was read with, in steps after map, in routes and in the key', async () => {
    const flow = await inbound(
      flowWith(
        'sender: Party.ID',
        `${map(', partner: $sender')}\n- filter: $sender != "X"\n- set: { reference: $sender & "/" & document }`,
        `key: $sender & "/" & Doc
to:
  - { when: $sender = "S1", type: stock.receive.v1 }
  - { type: stock.issue.v1 }`,
      ),
    );
    const rows = ['S1', 'S2', 'X'].map((ID) => row({ Party: { ID } }));
    const result = await run(flow, rows);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.messages.map(({ id, type, data: made }) => [id, type, Object(made).reference]),
      [
        ['S1/D1', 'stock.receive.v1', 'S1/D1'],
        ['S2/D1', 'stock.issue.v1', 'S2/D1'],
      ],
    );
    assert.equal(result.filtered, 1);
  });

  it('may be made of the names before it, and read a list in the library', async () => {
    const flow = await inbound(
      flowWith(
        'all: Lines[used = "yes"].no\nfirst: $all[0]\nlabel: $sum($map(Lines, function($l) { 1 })) & "/" & $first',
        map(', reference: $label, partner: $first'),
        'key: $first & "/" & Doc\nto: stock.receive.v1',
      ),
    );
    const Lines = [{ no: 'a' }, { used: 'yes', no: 'b' }, { used: 'yes', no: 'c' }];
    const result = await run(flow, [row({ Lines })]);
    assert.deepEqual(codes(result), []);
    assert.equal(result.messages[0]!.id, 'b/D1');
    assert.deepEqual(
      (data(result) as { reference: string; partner: string }[]).map((one) => [
        one.reference,
        one.partner,
      ]),
      [['3/b', 'b']],
    );
  });

  it('speaks of the whole record after a split, in lists and in the key', async () => {
    const flow = await inbound(
      flowWith(
        'sender: Party.ID',
        `- split: { path: Lines, parent: order }\n${map(', partner: $sender').replace('Doc', 'order.Doc')}`,
        'key: $sender & "/" & $uppercase($sender) & "/" & no\nto: stock.receive.v1',
      ),
    );
    const Lines = ['1', '2'].map((no) => ({ no, Sku: 'A' }));
    const result = await run(flow, [row({ Party: { ID: 's' }, Lines })]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.messages.map(({ id, data: made }) => [id, Object(made).partner]),
      [
        ['s/S/1', 's'],
        ['s/S/2', 's'],
      ],
    );
  });

  it('speaks of a document in which its rows agree, else the document is parked', async () => {
    const flow = await inbound(
      flowWith(
        'sender: Party',
        `${map()}\n- group: { by: document }\n- set: { partner: $sender }`,
        'key: $sender & "/" & Doc\nto: stock.receive.v1',
      ),
    );
    const good = [row({ Party: 'S' }), row({ Party: 'S', Sku: 'B' })];
    const result = await run(flow, good);
    assert.deepEqual(
      result.messages.map(({ id }) => id),
      ['S/D1'],
    );
    const bad = [row({ Party: 'S' }), row({ Party: 'T', Sku: 'B' })];
    assert.deepEqual(codes(await run(flow, bad))[0]?.[0], 'GROUP_DIFFERS');
  });

  for (const [what, key] of [
    ['alone', '$doc'],
    ['joined', '$doc & "/" & Sku'],
    ['in a function', '$uppercase($doc)'],
    ['of names', '$whole'],
  ] as const) {
    it(`parks the record where a part of it gives nothing: ${what}`, async () => {
      const names = 'doc: Sender & "/" & Doc\nwhole: Sku & "-" & $doc\nunused: $doc & $whole';
      const flow = await inbound(
        flowWith(names, `${map()}\n- filter: $unused != ""`, `key: ${key}\nto: stock.receive.v1`),
      );
      assert.deepEqual(codes(await run(flow, [row()])), [['KEY_EMPTY']]);
      assert.deepEqual(codes(await run(flow, [row({ Sender: 'S' })])), []);
    });
  }

  it('makes no two keys one: what separates its parts is marked inside of them', async () => {
    const flow = await inbound(
      flowWith('doc: A & "/" & B', map(), 'key: $doc & "/" & C\nto: stock.receive.v1'),
    );
    const keys = await run(flow, [
      row({ A: '1', B: '2/3', C: '4' }),
      row({ A: '1', B: '2', C: '3/4' }),
    ]);
    assert.deepEqual(
      keys.messages.map(({ id }) => id),
      ['1/2\\/3/4', '1/2/3\\/4'],
    );
  });

  it('names nothing with a part missing', async () => {
    const flow = await inbound(
      flowWith(
        'doc: Sender & "/" & Doc',
        map().replace('Doc', '$doc'),
        'key: Sku\nto: stock.receive.v1',
      ),
    );
    assert.deepEqual(codes(await run(flow, [row()])), [['KEY_EMPTY']]);
  });

  it('that is a test is undecided in a filter where its field is missing', async () => {
    const flow = await inbound(flowWith('posted: Status = "P"', `- filter: $posted\n${map()}`));
    const result = await run(flow, [row(), row({ Status: 'P' }), row({ Status: 'Q' })]);
    assert.deepEqual(codes(result), [['FILTER_UNDECIDED']]);
    assert.deepEqual([result.messages.length, result.filtered], [1, 1]);
  });

  it('is not evaluated where nothing asks for it', async () => {
    const flow = await inbound(
      flowWith('amount: $decimal(Qty)', map(", reference: '$exists(Qty) ? $amount : Doc'")),
    );
    const result = await run(flow, [row(), row({ Qty: 'x' })]);
    assert.deepEqual(codes(result), [['EXPR_NOT_DECIMAL']]);
    assert.equal(result.messages.length, 1);
  });
});

describe('lint of let', () => {
  it('finds names that are unknown, not free, or read by nobody', async () => {
    const names = 'late: $sender\nsender: A\ndate: A\nsource: A\n"a-b": A\nbad: A &';
    const faults = await lint({
      'flows/receipts.yaml': flowWith(names, map(', partner: $sendr, reference: $bad & $late')),
    });
    assert.deepEqual(
      faults.map((fault) => fault.replace(/; .*/, '')),
      [
        "flows/receipts.yaml:5:9 FLOW_BAD_EXPRESSION '$sender' is not known here",
        "flows/receipts.yaml:7:3 CONFIG_BAD_VALUE '$date' is a function",
        "flows/receipts.yaml:8:3 CONFIG_BAD_VALUE '$source' has a meaning of its own",
        "flows/receipts.yaml:9:3 CONFIG_BAD_VALUE 'a-b' is no name that an expression can read as $a-b",
        "flows/receipts.yaml:10:10 FLOW_BAD_EXPRESSION the expression ends behind '&', where a value is expected",
        "flows/receipts.yaml:12:103 FLOW_BAD_EXPRESSION '$sendr' is not known here",
      ],
    );
    assert.deepEqual(await hints(flowWith('sender: A', map())), [
      "5:3 FLOW_UNUSED_NAME nothing reads '$sender'",
    ]);
  });

  it('follows the clock through it', async () => {
    const names = 'today: $now()\nlater: $today';
    const yaml = flowWith(
      names,
      `${map(', partner: $later')}\n- filter: $today > "x"`,
      'key: Doc & "/" & $later\nto: stock.receive.v1',
    );
    const faults = await lint({ 'flows/receipts.yaml': yaml });
    assert.deepEqual(
      faults.map((fault) => fault.split(' ', 2)),
      [
        ['flows/receipts.yaml:9:15', 'FLOW_CHANGES_ON_REPLAY'],
        ['flows/receipts.yaml:10:20', 'FLOW_CHANGES_ON_REPLAY'],
      ],
    );
    assert.deepEqual(
      (await hints(flowWith(names, map(', partner: $later')))).map((hint) => hint.split(' ', 2)),
      [['8:105', 'FLOW_CLOCK_IN_DOCUMENT']],
    );
    const byField = flowWith(
      'time: $now()',
      `- set: { when: $time }\n- filter: when > "x"\n${map()}`,
    );
    assert.match((await lint({ 'flows/receipts.yaml': byField }))[0]!, /'when' is made of '\$now'/);
  });

  it('counts what it reads among the columns of the payload', async () => {
    const flow = await inbound(
      flowWith('sender: Party', map(', partner: $sender')).replace('read: json', 'read: csv'),
    );
    async function* body() {
      yield Buffer.from('Doc,Sku\n');
    }
    await assert.rejects(async () => {
      for await (const _ of flow.read.codec.read(body(), { name: 'in.csv' }));
    }, /no column 'Party'/);
  });
});

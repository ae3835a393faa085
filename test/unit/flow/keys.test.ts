/** Keys: of the record as it was read, of parts that are all there, and never one of two. */
import assert from 'node:assert/strict';
import { joinParts, type KeyPart } from '../../../core/flow/keyParts.ts';
import type { Scope } from '../../../core/ports.ts';
import { codes, inbound, lint, load, receipts, run } from './hubFolder.ts';

const flowWith = (key: string, before = ''): string =>
  receipts(
    `${before}- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: Sku, quantity: "1" }`,
    `key: '${key}'\nto: stock.receive.v1`,
  ).replace('read: csv', 'read: json');

const scope = {} as Scope;

describe('keys', () => {
  for (const key of [
    '$uppercase(Sender) & "/" & Doc',
    '(Sender ? Sender : Other) & "/" & Doc',
    '$string(Sender) & "/" & Doc',
    '$trim(Sender & "/" & Doc)',
    '(Sku = "A" ? Sender & "/" & Doc : Doc)',
    'Doc & "/" & $lookup(Names, Sender)',
    'Doc & "/" & Lines[no = $$.Sender].sku',
  ]) {
    it(`${key} is refused when a part of it gives nothing`, async () => {
      const flow = await inbound(flowWith(key));
      const row = { Doc: 'D1', Sku: 'A', Names: { S: 'x' }, Lines: [{ no: 'S', sku: 'x' }] };
      assert.deepEqual(codes(await run(flow, [row])), [['KEY_EMPTY']]);
      assert.deepEqual(codes(await run(flow, [{ ...row, Sender: ' ' }])), [['KEY_EMPTY']]);
      assert.deepEqual(codes(await run(flow, [{ ...row, Sender: 'S' }])), []);
    });
  }

  it('of other parts are other keys, though a separator stands in them', async () => {
    const flow = await inbound(flowWith('Doc & "/" & Sku'));
    const rows = [
      ['2026/1', '2'],
      ['2026', '1/2'],
      ['2026\\', '1/2'],
      ['2026/1\\', '2'],
    ];
    const { messages } = await run(
      flow,
      rows.map(([Doc, Sku]) => ({ Doc, Sku })),
    );
    assert.deepEqual(
      messages.map(({ id }) => id),
      ['2026/1/2', '2026/1\\/2', '2026\\\\/1\\/2', '2026/1\\\\/2'],
    );
  });

  it('of one part are what stands in it', async () => {
    const { messages } = await run(await inbound(flowWith('"R-" & Doc')), [
      { Doc: 'a\\b/c', Sku: 'A' },
    ]);
    assert.equal(messages[0]!.id, 'R-a\\b/c');
  });

  for (const separators of [
    ['/'],
    ['--'],
    ['//'],
    ['/-'],
    ['- -'],
    ['ab'],
    [' '],
    ['--', '-'],
    ['/', '//'],
  ]) {
    it(`of all short parts with ${JSON.stringify(separators)} between are never one of two`, () => {
      const characters = ['a', 'b', ...new Set(separators.join('')), '\\'];
      const texts = characters.flatMap((one) => [one, ...characters.map((two) => one + two)]);
      const keys = new Map<string, string[]>();
      const keyOf = (given: readonly string[]) => {
        const parts = given.flatMap((text, index): KeyPart[] => [
          ...(index === 0 ? [] : [{ literal: separators[index - 1]! }]),
          { read: () => text },
        ]);
        const key = joinParts(parts)(scope) as string;
        assert.deepEqual(keys.get(key) ?? given, given, key);
        keys.set(key, [...given]);
      };
      const inner = separators.length === 1 ? [] : texts;
      for (const one of texts) {
        for (const other of texts) {
          if (separators.length === 1) keyOf([one, other]);
          for (const third of inner.filter((text) => text.length === 1)) keyOf([one, third, other]);
        }
      }
    });
  }

  for (const key of [
    '$uppercase(Doc & "/" & Sku)',
    '(Other ? Doc : Doc & "/" & Sku)',
    '$trim((Doc & "/") & Sku) & "+" & Sku',
    '($a := Doc & "--" & Sku; $a)',
    '$substring(Doc & ("/" & Sku), 0)',
  ]) {
    it(`${key} is another key of other parts, too`, async () => {
      const separator = key.includes('--') ? '-' : '/';
      const rows = [
        { Doc: `a${separator}b`, Sku: 'c' },
        { Doc: 'a', Sku: `b${separator}c` },
        { Doc: `a${separator}`, Sku: 'b' },
        { Doc: 'a', Sku: `${separator}b` },
      ];
      const { messages } = await run(await inbound(flowWith(key)), rows);
      assert.equal(new Set(messages.map(({ id }) => id)).size, rows.length);
    });
  }

  it('separated by what marks separators are refused', async () => {
    assert.match(
      (await lint({ 'flows/receipts.yaml': flowWith('Doc & "\\\\" & Sku') }))[0]!,
      /FLOW_BAD_KEY a backslash separates parts of the key/,
    );
  });

  it('that name what a step gives are refused with the remedy', async () => {
    const set = '- set: { sender: $uppercase(From) }\n';
    assert.deepEqual(await lint({ 'flows/receipts.yaml': flowWith('sender & "/" & Doc', set) }), [
      "flows/receipts.yaml:7:6 FLOW_BAD_KEY 'sender' is given by a step, and the key reads the record as it was read; write what the step makes it of, or $record.sender for the field of the mapped record; where the payload has it too, $.sender",
    ]);
    const lookup = '- lookup: { table: t, key: From, into: { partner: b } }\n';
    const table = { 'config/tables/t.csv': 'a,b\n1,2\n' };
    assert.equal(
      (await lint({ ...table, 'flows/receipts.yaml': flowWith('partner & "/" & Doc', lookup) }))
        .length,
      1,
    );
    assert.equal((await lint({ 'flows/receipts.yaml': flowWith('document') })).length, 1);
  });

  for (const key of [
    'Doc',
    'Sku & "/" & Doc',
    '$record.document',
    '$.document',
    '$record.document & "/" & $row',
  ]) {
    it(`${key} is in order`, async () => {
      const { hints } = await load({ 'flows/receipts.yaml': flowWith(key) });
      assert.deepEqual(hints, []);
    });
  }

  it('that change a field of the payload may name it', async () => {
    const { hints } = await load({
      'flows/receipts.yaml': flowWith('Doc', '- set: { Doc: $trim(Doc) }\n'),
    });
    assert.deepEqual(hints, []);
  });

  it('joined of a list are refused, and parts that touch are told', async () => {
    assert.match(
      (await lint({ 'flows/receipts.yaml': flowWith('$join([Doc, Sku], "/")') }))[0]!,
      /FLOW_BAD_KEY '\$join' leaves out/,
    );
    const { hints } = await load({ 'flows/receipts.yaml': flowWith('Doc & Sku') });
    assert.deepEqual(
      hints.map(({ code, at }) => [code, at?.line]),
      [['FLOW_KEY_PARTS_TOUCH', 6]],
    );
    const allowed = flowWith('Doc & Sku').replace(
      'read: json',
      'allow: [FLOW_KEY_PARTS_TOUCH]\nread: json',
    );
    assert.deepEqual((await load({ 'flows/receipts.yaml': allowed })).hints, []);
  });
});

describe('a record with several faults', () => {
  it('is parked with those of its key and those of its message', async () => {
    const { parked } = await run(await inbound(flowWith('Sender & "/" & Doc')), [{ Doc: 'D' }]);
    assert.deepEqual(
      parked[0]!.faults.map(({ code, message }) => `${code} ${message}`),
      [
        "KEY_EMPTY Sender in the key gives nothing: the record has no field 'Sender'",
        "MESSAGE_INVALID lines[0].sku is missing: 'Sku' at flows/receipts.yaml:5:57 gives nothing",
        "MESSAGE_INVALID lines[0].location is missing: 'Sku' at flows/receipts.yaml:5:72 gives nothing",
      ],
    );
  });
});

describe('the clock', () => {
  it('decides nothing in a flow into stock, and is told in a document', async () => {
    const set = "- set: { x: '$map([1], $now)' }\n";
    const flow = flowWith('Doc & "/" & $now()', `${set}- filter: $now() > Doc\n`);
    assert.deepEqual(
      (await lint({ 'flows/receipts.yaml': flow })).map((line) => line.split(';')[0]),
      [
        "flows/receipts.yaml:6:13 FLOW_CHANGES_ON_REPLAY '$now' gives another time at every replay",
        "flows/receipts.yaml:8:19 FLOW_CHANGES_ON_REPLAY '$now' gives another time at every replay",
      ],
    );
    const { hints } = await load({ 'flows/receipts.yaml': flowWith('Doc', set) });
    assert.deepEqual(
      hints.map(({ code, at }) => [code, at?.line, at?.column]),
      [['FLOW_CLOCK_IN_DOCUMENT', 5, 26]],
    );
  });

  for (const [where, key, before, line] of [
    ['the key', '$record.at', '', 6],
    ['the key, by a field', '$record.document', '- set: { Doc: $now() }\n', 7],
    ['the key of a part', 'Doc & "/" & t', '- set: { t: $now() }\n- split: Parts\n', 8],
    [
      'a filter, behind the parent of a split',
      'Doc',
      '- set: { t: $now() }\n- split: { path: Parts, parent: o }\n- filter: o.t > "x"\n- set: { Doc: o.Doc }\n',
      7,
    ],
    [
      'a rule, by a field that holds it behind two parents',
      'Doc',
      '- set: { t: $now() }\n- split: { path: Parts, parent: o }\n- split: { path: More, parent: p }\n- validate: [{ rule: p.o.t != "x", message: m }]\n',
      8,
    ],
    [
      'a filter, by an element',
      'Doc',
      '- set: { l: { each: Parts, map: { t: $now() } } }\n- filter: l.t = "x"\n',
      6,
    ],
    ['a filter', 'Doc', '- set: { t: $uppercase($now()) }\n- filter: Day < t\n', 6],
    [
      'a rule, by two steps',
      'Doc',
      '- set: { t: $now() }\n- set: { u: t & "x" }\n- validate: [{ rule: u != "x", message: m }]\n',
      7,
    ],
    [
      'a filter, by the whole parent',
      'Doc',
      '- set: { t: $now() }\n- split: { path: Parts, parent: o }\n- filter: $string(o) > Day\n',
      7,
    ],
    [
      'a filter, by a field that is the parent',
      'Doc',
      '- set: { t: $now() }\n- split: { path: Parts, parent: o }\n- set: { p: o }\n- filter: Day < p.t\n',
      8,
    ],
    [
      'a filter, in an element that nobody knows',
      'o.Doc',
      '- set: { l: \'[{ "t": $now() }]\' }\n- split: { path: l, parent: o }\n- filter: o.Day < t\n',
      7,
    ],
    [
      'a filter, inside a function',
      'Doc',
      "- set: { t: $now() }\n- filter: '$count(Parts[Day < $$.t]) > 0'\n",
      6,
    ],
    [
      'a filter, found in a table by the day',
      'Doc',
      '- lookup: { table: days, key: "$substring($now(), 0, 10)", into: open }\n- filter: open = "x"\n',
      6,
    ],
    [
      'the key of a part, behind the parent',
      'Doc & "/" & o.t',
      '- set: { t: $now() }\n- split: { path: Parts, parent: o }\n',
      8,
    ],
  ] as const) {
    it(`decides nothing in ${where} that reads what a step made of it`, async () => {
      const flow = flowWith(key, before).replace('at: $date("2026-01-01")', 'at: $now()');
      const files = { 'flows/receipts.yaml': flow, 'config/tables/days.csv': 'day,open\n' };
      const found = await lint(files);
      assert.equal(found.length, 1, found.join());
      assert.match(found[0]!, new RegExp(`:${line}:\\d+ FLOW_CHANGES_ON_REPLAY .* is made of`));
    });
  }

  it('decides what a field says no more once a step has made it of something else', async () => {
    const again = '- set: { t: $now() }\n- set: { t: Doc }\n- filter: t = "D"\n';
    assert.equal((await load({ 'flows/receipts.yaml': flowWith('Doc', again) })).flows.length, 1);
  });

  it('is in no other field behind the parent of a split', async () => {
    const steps =
      '- set: { t: $now() }\n- split: { path: Parts, parent: o }\n- filter: o.Doc = "D"\n';
    assert.equal((await load({ 'flows/receipts.yaml': flowWith('Doc', steps) })).flows.length, 1);
  });

  it('is not in the other fields of a parent, nor in lists that are made of something else', async () => {
    const steps =
      '- set: { t: $now(), l: Parts }\n- split: { path: l, parent: o }\n- filter: o.Day < Day\n';
    assert.equal((await load({ 'flows/receipts.yaml': flowWith('o.Doc', steps) })).flows.length, 1);
  });

  it('may be read by a flow out of the hub', async () => {
    const feed =
      'flow: feed\nfrom: stock.changed.v1\nsteps: [{ set: { sent: $now() } }]\nwrite: json\nto: { http: webshop }\n';
    assert.equal((await load({ 'flows/feed.yaml': feed })).flows.length, 1);
  });
});
